-- SPDX-License-Identifier: MIT
-- acts that happen once, stays in a state, saved views

-- The first event of an act carries the key under which the act happens once, for each actor, and a digest of the act
-- and its contents. NULL: the act may be repeated.
ALTER TABLE event ADD COLUMN once VARCHAR(72) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE event ADD COLUMN once_digest VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- The key first: queries by actor must not take this index for a selective one.
ALTER TABLE event ADD UNIQUE KEY by_once (once, actor);

-- The event that began the stay of a patch in its state. It differs from `state_event` after an undo, which brings back
-- the ticks since `state_event`, but not the earlier stay. NULL: that of `state_event`.
ALTER TABLE patch ADD COLUMN stay BIGINT UNSIGNED NULL;

-- Selectors that people keep.
CREATE TABLE IF NOT EXISTS view (
  owner VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  q TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  shared TINYINT NOT NULL,
  PRIMARY KEY (owner, name),
  KEY by_shared (shared)) ENGINE=InnoDB;
