-- SPDX-License-Identifier: MIT
-- One event that waits, and one that no notifier took.
UPDATE event SET pending = 1 WHERE id = 107;
INSERT INTO delivery (event, notify, state, tries, next_at, detail) VALUES
  (107, 'mail', 'waiting', 2, '2014-01-08 11:00:00', 'it ended with status 1'),
  (110, 'mail', 'dead', 5, NULL, 'it ended with status 2');
