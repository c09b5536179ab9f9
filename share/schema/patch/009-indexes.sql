-- SPDX-License-Identifier: MIT
-- indexes for whose patches are open, and for where a patch stands

-- The names with the collation that a selector compares with: the columns themselves are of others.
ALTER TABLE patch ADD COLUMN creator VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci
  AS (created_by) VIRTUAL;

ALTER TABLE patch ADD COLUMN requester VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci
  AS (requested_by) VIRTUAL;

ALTER TABLE patch ADD KEY by_creator (creator, state);

ALTER TABLE patch ADD KEY by_requester (requester, state);

-- With the action, so that what a patch is about is told from a thousand remarks without reading them.
ALTER TABLE event DROP KEY by_patch, ADD KEY by_patch (patch, id, action);
