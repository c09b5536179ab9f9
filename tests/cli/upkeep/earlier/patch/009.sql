-- SPDX-License-Identifier: MIT
-- The names of people are written as before: their columns with an index follow them.
UPDATE patch SET created_by = 'Al' WHERE id = 16;
