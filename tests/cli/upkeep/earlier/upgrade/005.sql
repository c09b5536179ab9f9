-- SPDX-License-Identifier: MIT
-- The run in slot 1 has a place on a server; one is queued for it.
UPDATE run SET server = 'db1.example.org:3306' WHERE id IN (4, 5);
UPDATE slot SET server = 'db1.example.org:3306', place = 1 WHERE slot = 1;
