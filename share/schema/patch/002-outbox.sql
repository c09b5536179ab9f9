-- SPDX-License-Identifier: MIT
-- notifications to be delivered

-- The outbox is the column `pending` of the event's row: set until the event is delivered to every [notify.NAME] that
-- asks for it. MySQL lacks ADD COLUMN IF NOT EXISTS.
SET @add = IF((SELECT COUNT(*) FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'event' AND column_name = 'pending') = 0,
  'ALTER TABLE event ADD COLUMN pending TINYINT NULL, ADD KEY by_pending (pending, id)',
  'DO 0');
PREPARE add_pending FROM @add;
EXECUTE add_pending;
DEALLOCATE PREPARE add_pending;

-- Deliveries that did not succeed at once: `waiting` for the next try, `sent` while another notifier is still waiting,
-- `dead` after the last try.
CREATE TABLE IF NOT EXISTS delivery (
  event BIGINT UNSIGNED NOT NULL,
  notify VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries INT NOT NULL,
  next_at DATETIME NULL,
  detail TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (event, notify),
  KEY by_state (state, event)) ENGINE=InnoDB;
