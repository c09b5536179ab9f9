-- SPDX-License-Identifier: MIT
-- The words of a segment.
INSERT INTO term_index VALUES (1, 5, X'000110');
INSERT INTO term_word VALUES (1, 5, 'crash ');
