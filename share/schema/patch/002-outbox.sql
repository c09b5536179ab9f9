-- SPDX-License-Identifier: MIT
-- what waits to be told

-- An event's own row is its place in the outbox: `pending` until every [notify.NAME]
-- that asks for it has it. MySQL knows no ADD COLUMN IF NOT EXISTS.
SET @add = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'event' AND column_name = 'pending') = 0,
  'ALTER TABLE event ADD COLUMN pending TINYINT NULL, ADD KEY by_pending (pending, id)',
  'DO 0');
PREPARE add_pending FROM @add;
EXECUTE add_pending;
DEALLOCATE PREPARE add_pending;

-- What did not go well at once: `waiting` for its next try, `sent` while another
-- notifier still waits, `dead` after the last try.
CREATE TABLE IF NOT EXISTS delivery (
  event BIGINT UNSIGNED NOT NULL,
  notify VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries INT NOT NULL,
  next_at DATETIME NULL,
  detail TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (event, notify),
  KEY by_state (state, event)) ENGINE=InnoDB;
