-- SPDX-License-Identifier: MIT
-- Links, in the order in which they were made; one to a patch that is not there.
INSERT INTO link (patch, type, platform, number, place) VALUES
  (15, 'supersedes', '4.2.0', 2, 1), (15, 'conflicts', '4.4.0', 7, 2), (15, 'requires', '4.2.0', 1, 3);
