-- SPDX-License-Identifier: MIT
-- places on servers

-- The endpoint of the server that has the workspace, such as db1:3306; NULL: not known when it was queued. It is part
-- of the index so that runs of a full server are passed over without reading their rows.
ALTER TABLE run
  ADD COLUMN server VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;

ALTER TABLE run
  DROP KEY by_sweep,
  ADD KEY by_sweep (sweep, state, priority, due_at, id, server);

-- The server on which the run of a taken slot works, and its place there, from 1. The unique key keeps two leases from
-- having one place, on a cluster too: there, of two nodes that write the same place, only one is certified.
ALTER TABLE slot
  ADD COLUMN server VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD COLUMN place INT NULL,
  ADD UNIQUE KEY one_place (server, place);
