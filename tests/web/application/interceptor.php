<?php // SPDX-License-Identifier: MIT
// Replaced by the shipped interceptor.php where a test is about it.
