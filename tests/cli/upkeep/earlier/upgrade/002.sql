-- SPDX-License-Identifier: MIT
INSERT INTO pause (one, paused_at, paused_by, reason) VALUES (1, '2014-01-05 08:00:00.000', 'ann', 'a backup');
