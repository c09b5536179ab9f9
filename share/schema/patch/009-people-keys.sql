-- SPDX-License-Identifier: MIT
-- whose patches are open, by an index

-- The names with the collation that a selector compares with: the columns themselves are of others.
ALTER TABLE patch ADD COLUMN creator VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci
  AS (created_by) VIRTUAL;

ALTER TABLE patch ADD COLUMN requester VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci
  AS (requested_by) VIRTUAL;

ALTER TABLE patch ADD KEY by_creator (creator, state);

ALTER TABLE patch ADD KEY by_requester (requester, state);
