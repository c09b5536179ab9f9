-- SPDX-License-Identifier: MIT
-- An act that happens once, a stay that an undo began, a saved view.
UPDATE event SET once = 'Zm9v', once_digest = 'abc' WHERE id = 107;
UPDATE patch SET stay = 900 WHERE id = 16;
INSERT INTO view VALUES ('al', 'mine', 'developer=@me', 1);
