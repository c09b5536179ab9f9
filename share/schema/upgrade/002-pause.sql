-- SPDX-License-Identifier: MIT
-- the queue's pause

CREATE TABLE IF NOT EXISTS pause (
  one TINYINT NOT NULL PRIMARY KEY,
  paused_at DATETIME(3) NOT NULL,
  paused_by VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  reason VARCHAR(255) CHARACTER SET utf8mb4 NULL) ENGINE=InnoDB;
