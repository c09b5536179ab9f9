-- SPDX-License-Identifier: MIT
-- sweeps, holds, visitors' addresses

-- The values NULL and 0 fit earlier runs: no sweep, no address, the configured target.
ALTER TABLE run
  ADD COLUMN sweep VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD COLUMN address VARCHAR(64) CHARACTER SET ascii NULL,
  ADD COLUMN pinned TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN put_back_at DATETIME(3) NULL,
  -- 1: a canary, 2: a later run; NULL: not counted by the sweep (it has not started, or was started by name).
  ADD COLUMN sweep_part TINYINT NULL,
  ADD KEY by_sweep (sweep, state, priority, due_at, id),
  ADD KEY by_address (address, state);

-- Grows with every pause, so that on a cluster a pause and the start of a run on another
-- node cannot both be certified.
ALTER TABLE slot ADD COLUMN pauses BIGINT NOT NULL DEFAULT 0;

-- The rules of a sweep and its progress under them, across all hosts.
CREATE TABLE IF NOT EXISTS sweep (
  name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  canary INT NOT NULL DEFAULT 0,
  max_failures INT NOT NULL DEFAULT 0,
  until_at DATETIME(3) NULL,
  due_at DATETIME(3) NOT NULL,
  queued_at DATETIME(3) NOT NULL,
  queued_by VARCHAR(255) CHARACTER SET utf8mb4 NULL,
  started INT NOT NULL DEFAULT 0,
  failures INT NOT NULL DEFAULT 0,
  canary_done INT NOT NULL DEFAULT 0,
  canary_failures INT NOT NULL DEFAULT 0,
  stopped_at DATETIME(3) NULL,
  stopped_by VARCHAR(16) CHARACTER SET ascii NULL,
  stop_detail VARCHAR(255) CHARACTER SET utf8mb4 NULL) ENGINE=InnoDB;

-- Sweeps and drains that were stopped by a rule, for the report of the night.
CREATE TABLE IF NOT EXISTS stop (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at DATETIME(3) NOT NULL,
  sweep VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  host CHAR(36) CHARACTER SET ascii NULL,
  rule VARCHAR(16) CHARACTER SET ascii NOT NULL,
  not_started INT NOT NULL,
  detail VARCHAR(255) CHARACTER SET utf8mb4 NULL,
  KEY by_time (at)) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS hold (
  workspace VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
  held_at DATETIME(3) NOT NULL,
  held_by VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  reason VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
  gate_closed TINYINT NOT NULL DEFAULT 0) ENGINE=InnoDB;

-- The version that each host is configured for, since when, and when that was last seen.
CREATE TABLE IF NOT EXISTS host_target (
  host CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
  target VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  since DATETIME(3) NOT NULL,
  seen_at DATETIME(3) NOT NULL) ENGINE=InnoDB;

-- When the latest replacement for a lost job is due, and how many replacements failed.
CREATE TABLE IF NOT EXISTS handover (
  one TINYINT NOT NULL PRIMARY KEY,
  due_at DATETIME(3) NOT NULL,
  tries INT NOT NULL DEFAULT 0) ENGINE=InnoDB;

INSERT IGNORE INTO handover (one, due_at) VALUES (1, '2000-01-01');
