-- SPDX-License-Identifier: MIT
-- Two runs of an earlier year that took four minutes each.
INSERT INTO pruned_run VALUES ('succeeded', 300, 2, 480000000);
