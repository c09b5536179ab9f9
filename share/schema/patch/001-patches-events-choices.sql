-- SPDX-License-Identifier: MIT
-- patches, their events, numbers, artifact types, pick lists, lifecycle definitions

-- Fields are defined by data: every loaded artifact type is kept, the newest one is current.
CREATE TABLE IF NOT EXISTS artifact_type (
  version INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  rxt MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  loaded_at DATETIME NOT NULL,
  loaded_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL) ENGINE=InnoDB;

-- One row per sequence: a platform, or '' for the queue. Its row lock makes the numbers consecutive.
CREATE TABLE IF NOT EXISTS number_sequence (
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  last INT UNSIGNED NOT NULL) ENGINE=InnoDB;

-- A request is a patch without a number, so that promoting it changes one row. All fields are one document, one line
-- per value: an action writes one row here and one event. `stale`: changed since the term index last read it.
CREATE TABLE IF NOT EXISTS patch (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  platform VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  platform_key VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  number INT UNSIGNED NULL,
  queue INT UNSIGNED NULL,
  queue_state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,
  requested_at DATETIME NULL,
  requested_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  category VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
  created_at DATETIME NULL,
  created_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
  released_at DATETIME NULL,
  lifecycle VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
  lifecycle_version INT NULL,
  state VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,
  state_since DATETIME NULL,
  state_event BIGINT UNSIGNED NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  stale TINYINT NOT NULL DEFAULT 1,
  import_hash CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  import_key VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  links TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  fields MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  UNIQUE KEY by_number (platform_key, number),
  UNIQUE KEY by_queue (queue),
  UNIQUE KEY by_import_key (import_key),
  KEY by_queue_state (queue_state, queue),
  KEY by_state (state, platform_key, number),
  KEY by_category (category, platform_key, number),
  KEY by_created (created_at),
  KEY by_released (released_at),
  KEY by_stale (stale)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

-- One row per action. `changes` is [{key, from, to}, ...]. Ticks and votes are stored only here: the current ones are
-- those after the event that entered the state.
CREATE TABLE IF NOT EXISTS event (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  patch BIGINT UNSIGNED NOT NULL,
  at DATETIME NOT NULL,
  actor VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  via VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  action VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  comment MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  time_s BIGINT NULL,
  inputs MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  KEY by_patch (patch, id)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;

CREATE TABLE IF NOT EXISTS choice (
  list VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (list, value)) ENGINE=InnoDB;

-- Definitions are versioned: a patch keeps the version it was attached with.
CREATE TABLE IF NOT EXISTS lifecycle (
  name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  version INT NOT NULL,
  initial_state VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  definition MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  loaded_at DATETIME NOT NULL,
  loaded_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (name, version)) ENGINE=InnoDB;

-- Which patches may contain a term: lib/patch/query/term_index.hpp.
CREATE TABLE IF NOT EXISTS term_index (
  segment BIGINT UNSIGNED NOT NULL,
  first_term INT UNSIGNED NOT NULL,
  postings MEDIUMBLOB NOT NULL,
  PRIMARY KEY (segment, first_term)) ENGINE=InnoDB;
