-- SPDX-License-Identifier: MIT
-- queue, runs, slots

-- The prefix of the names of server-wide locks: two installations on one server do not wait for each other.
CREATE TABLE IF NOT EXISTS installation (
  one TINYINT NOT NULL PRIMARY KEY,
  id CHAR(12) CHARACTER SET ascii NOT NULL) ENGINE=InnoDB;

INSERT IGNORE INTO installation VALUES (1, LEFT(SHA2(CONCAT(UUID(), RAND()), 256), 12));

-- `active` is 1 while the run is queued or running and NULL afterwards: its unique key permits only one active run per
-- workspace.
CREATE TABLE IF NOT EXISTS run (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  workspace VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  target VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  state VARCHAR(12) CHARACTER SET ascii NOT NULL,
  active TINYINT NULL,
  origin VARCHAR(8) CHARACTER SET ascii NOT NULL,
  priority INT NOT NULL,
  via VARCHAR(16) CHARACTER SET ascii NULL,
  job VARCHAR(64) CHARACTER SET utf8mb4 NULL,
  requested_by VARCHAR(255) CHARACTER SET utf8mb4 NULL,
  reason VARCHAR(255) CHARACTER SET utf8mb4 NULL,
  queued_at DATETIME(3) NOT NULL,
  due_at DATETIME(3) NOT NULL,
  started_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  host CHAR(36) CHARACTER SET ascii NULL,
  pid INT NULL,
  slot INT NULL,
  epoch BIGINT NULL,
  exit_status INT NULL,
  log_lines BIGINT NOT NULL DEFAULT 0,
  percent TINYINT UNSIGNED NOT NULL DEFAULT 0,
  step VARCHAR(255) CHARACTER SET utf8mb4 NULL,
  steps MEDIUMTEXT CHARACTER SET utf8mb4 NULL,
  log VARCHAR(1024) CHARACTER SET utf8mb4 NULL,
  detail TEXT CHARACTER SET utf8mb4 NULL,
  UNIQUE KEY one_active (workspace, active),
  KEY by_queue (state, priority, due_at, id),
  KEY by_workspace (workspace, target, id),
  KEY by_target (target, state, id)) ENGINE=InnoDB;

-- One row per slot: who may run an upgrade in it. `epoch` grows with every holder, so that one that has lost its slot
-- can detect that.
CREATE TABLE IF NOT EXISTS slot (
  slot INT NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL DEFAULT 0,
  run BIGINT NULL,
  host CHAR(36) CHARACTER SET ascii NULL,
  policy VARCHAR(8) CHARACTER SET ascii NULL,
  lease_s INT NULL,
  acquired_at DATETIME(6) NULL,
  renewed_at DATETIME(6) NULL) ENGINE=InnoDB;
