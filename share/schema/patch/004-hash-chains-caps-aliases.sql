-- SPDX-License-Identifier: MIT
-- events in hash chains, platforms with a last number, aliases of products

-- Covers the event's printed record and the hash of the same patch's previous event; NULL for events recorded before
-- this version.
ALTER TABLE event ADD COLUMN hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- No number above it is drawn; NULL: no cap.
ALTER TABLE number_sequence ADD COLUMN cap INT UNSIGNED NULL;

-- The hash of the patch's last event. Events recorded before this version form one block, whose hash starts the chain.
ALTER TABLE patch ADD COLUMN history_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- The deliverer that empties the outbox, on any node of a cluster.
CREATE TABLE IF NOT EXISTS deliverer (
  name VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  epoch BIGINT UNSIGNED NOT NULL,
  node VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  expires_at DATETIME(3) NULL) ENGINE=InnoDB;

INSERT IGNORE INTO deliverer (name, epoch) VALUES ('outbox', 0);

-- Requests that were declined by their lifecycle were still open in the queue.
INSERT INTO event (patch, at, actor, via, action, changes, comment)
  SELECT id, UTC_TIMESTAMP(), 'upkeep', 'upkeep init', 'edit',
  '[{"key":"queue","from":"open","to":"declined"}]',
  'its lifecycle declined it' FROM patch WHERE queue_state = 'open' AND number IS NULL
  AND state = 'Declined';

UPDATE patch SET queue_state = 'declined', version = version + 1
  WHERE queue_state = 'open' AND number IS NULL AND state = 'Declined';

-- Starts the chains, after the last of the earlier events.
SET SESSION group_concat_max_len = 1073741824;

-- One text per line, prefixed with its length, as history_chain.cpp computes it to verify the block.
UPDATE patch p JOIN (
    SELECT e.patch AS patch, SHA2(GROUP_CONCAT(SHA2(CONCAT(
        COALESCE(LENGTH(e.id), ''), ':', COALESCE(e.id, ''),
        ',', COALESCE(LENGTH(e.at), ''), ':', COALESCE(e.at, ''),
        ',', COALESCE(LENGTH(e.actor), ''), ':', COALESCE(e.actor, ''),
        ',', COALESCE(LENGTH(e.via), ''), ':', COALESCE(e.via, ''),
        ',', COALESCE(LENGTH(e.action), ''), ':', COALESCE(e.action, ''),
        ',', COALESCE(LENGTH(e.changes), ''), ':', COALESCE(e.changes, ''),
        ',', COALESCE(LENGTH(e.comment), ''), ':', COALESCE(e.comment, ''),
        ',', COALESCE(LENGTH(e.inputs), ''), ':', COALESCE(e.inputs, ''),
        ',', COALESCE(LENGTH(e.time_s), ''), ':', COALESCE(e.time_s, '')), 256)
      ORDER BY e.id SEPARATOR ''), 256) AS block
    FROM event e WHERE e.hash IS NULL GROUP BY e.patch) e ON e.patch = p.id
  SET p.history_hash = e.block WHERE p.history_hash IS NULL;

-- The day of the work, and the event whose time is excluded from all sums.
ALTER TABLE event ADD COLUMN worked_on DATE NULL;

ALTER TABLE event ADD COLUMN revokes BIGINT UNSIGNED NULL;

-- Another spelling of a value of a pick list.
CREATE TABLE IF NOT EXISTS choice_alias (
  list VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  alias VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  value VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (list, alias)) ENGINE=InnoDB;
