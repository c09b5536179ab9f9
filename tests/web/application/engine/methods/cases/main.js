// SPDX-License-Identifier: MIT
// A script of the page cases/main, which the application sends.
