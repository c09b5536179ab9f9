// SPDX-License-Identifier: MIT
#include "patch/store/schema.hpp"

#include "patch/store/history_chain.hpp"

namespace upkeep::patch {

const std::vector<db::Migration>& migrations() {
  static const std::vector<db::Migration> k_migrations{
      {1,
       "patches, their events, numbers, artifact types, pick lists, lifecycle definitions",
       {
           // What a field is, is data: every loaded artifact type is kept, the newest one counts.
           "CREATE TABLE IF NOT EXISTS artifact_type ("
           " version INT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
           " rxt MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " loaded_at DATETIME NOT NULL,"
           " loaded_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL)"
           " ENGINE=InnoDB",
           // One row a sequence: a platform, or '' for the queue. Its row lock is what makes the
           // numbers follow one another.
           "CREATE TABLE IF NOT EXISTS number_sequence ("
           " name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
           " last INT UNSIGNED NOT NULL) ENGINE=InnoDB",
           // A request is a patch that has no number yet, so that promoting it is one row. All
           // fields are one document, one line a value: an action writes one row here and one
           // event. `stale`: changed since the term index last read it.
           "CREATE TABLE IF NOT EXISTS patch ("
           " id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
           " platform VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,"
           " platform_key VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,"
           " number INT UNSIGNED NULL,"
           " queue INT UNSIGNED NULL,"
           " queue_state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL,"
           " requested_at DATETIME NULL,"
           " requested_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " category VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,"
           " created_at DATETIME NULL,"
           " created_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,"
           " released_at DATETIME NULL,"
           " lifecycle VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,"
           " lifecycle_version INT NULL,"
           " state VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NULL,"
           " state_since DATETIME NULL,"
           " state_event BIGINT UNSIGNED NULL,"
           " version INT UNSIGNED NOT NULL DEFAULT 1,"
           " stale TINYINT NOT NULL DEFAULT 1,"
           " import_hash CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,"
           " import_key VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " links TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " fields MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " UNIQUE KEY by_number (platform_key, number),"
           " UNIQUE KEY by_queue (queue),"
           " UNIQUE KEY by_import_key (import_key),"
           " KEY by_queue_state (queue_state, queue),"
           " KEY by_state (state, platform_key, number),"
           " KEY by_category (category, platform_key, number),"
           " KEY by_created (created_at),"
           " KEY by_released (released_at),"
           " KEY by_stale (stale)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
           // What happened: one row an action. `changes` is [{key, from, to}, ...]. Ticks and votes
           // live here alone: the current ones are those after the event that entered the state.
           "CREATE TABLE IF NOT EXISTS event ("
           " id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
           " patch BIGINT UNSIGNED NOT NULL,"
           " at DATETIME NOT NULL,"
           " actor VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " via VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " action VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " changes MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " comment MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " time_s BIGINT NULL,"
           " inputs MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " KEY by_patch (patch, id)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
           "CREATE TABLE IF NOT EXISTS choice ("
           " list VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " value VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " PRIMARY KEY (list, value)) ENGINE=InnoDB",
           // Definitions are versioned: a patch keeps the version it was attached with.
           "CREATE TABLE IF NOT EXISTS lifecycle ("
           " name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " version INT NOT NULL,"
           " initial_state VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " definition MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " loaded_at DATETIME NOT NULL,"
           " loaded_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " PRIMARY KEY (name, version)) ENGINE=InnoDB",
           // Which patches may hold a term: see term_index.hpp.
           "CREATE TABLE IF NOT EXISTS term_index ("
           " segment BIGINT UNSIGNED NOT NULL,"
           " first_term INT UNSIGNED NOT NULL,"
           " postings MEDIUMBLOB NOT NULL,"
           " PRIMARY KEY (segment, first_term)) ENGINE=InnoDB",
       }},
      {2,
       "what waits to be told",
       {
           // An event's own row is its place in the outbox: `pending` until every [notify.NAME]
           // that asks for it has it. MySQL knows no ADD COLUMN IF NOT EXISTS.
           "SET @add = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema ="
           " DATABASE() AND table_name = 'event' AND column_name = 'pending') = 0,"
           " 'ALTER TABLE event ADD COLUMN pending TINYINT NULL, ADD KEY by_pending (pending, id)',"
           " 'DO 0')",
           "PREPARE add_pending FROM @add",
           "EXECUTE add_pending",
           "DEALLOCATE PREPARE add_pending",
           // What did not go well at once: `waiting` for its next try, `sent` while another
           // notifier still waits, `dead` after the last try.
           "CREATE TABLE IF NOT EXISTS delivery ("
           " event BIGINT UNSIGNED NOT NULL,"
           " notify VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " tries INT NOT NULL,"
           " next_at DATETIME NULL,"
           " detail TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " PRIMARY KEY (event, notify),"
           " KEY by_state (state, event)) ENGINE=InnoDB",
       }},
      {3,
       "the jars of patches",
       {
           "CREATE TABLE IF NOT EXISTS patch_jar ("
           " patch BIGINT UNSIGNED NOT NULL,"
           " name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " bundle VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " version VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " md5 CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " size BIGINT UNSIGNED NOT NULL,"
           " recorded_at DATETIME NOT NULL,"
           " recorded_by VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " PRIMARY KEY (patch, name),"
           " KEY by_bundle (bundle)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
       }},
      {4,
       "events in hash chains, platforms with a last number, aliases of products",
       {
           // Over the event's printed record and the hash before it for the same patch; NULL: from
           // before this version.
           "ALTER TABLE event ADD COLUMN hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL",
           // No number above it is drawn; NULL: no limit of its own.
           "ALTER TABLE number_sequence ADD COLUMN cap INT UNSIGNED NULL",
           // The hash of the patch's last event. What was there before this version is one block,
           // and its hash is what the chain begins with.
           "ALTER TABLE patch ADD COLUMN history_hash CHAR(64) CHARACTER SET ascii COLLATE"
           " ascii_bin NULL",
           // Which deliverer empties the outbox, on any node of a cluster.
           "CREATE TABLE IF NOT EXISTS deliverer ("
           " name VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,"
           " epoch BIGINT UNSIGNED NOT NULL,"
           " node VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
           " expires_at DATETIME(3) NULL) ENGINE=InnoDB",
           "INSERT IGNORE INTO deliverer (name, epoch) VALUES ('outbox', 0)",
           // Requests that their lifecycle declined were open all the same.
           "INSERT INTO event (patch, at, actor, via, action, changes, comment)"
           " SELECT id, UTC_TIMESTAMP(), 'upkeep', 'upkeep init', 'edit',"
           " '[{\"key\":\"queue\",\"from\":\"open\",\"to\":\"declined\"}]',"
           " 'its lifecycle declined it' FROM patch WHERE queue_state = 'open' AND number IS NULL"
           " AND state = 'Declined'",
           "UPDATE patch SET queue_state = 'declined', version = version + 1"
           " WHERE queue_state = 'open' AND number IS NULL AND state = 'Declined'",
           // After the last of the earlier events.
           "SET SESSION group_concat_max_len = 1073741824",
           "UPDATE patch p JOIN (" + earlier_events_sql("") +
               ") e ON e.patch = p.id SET p.history_hash = e.block WHERE p.history_hash IS NULL",
           // The day of the work; and the event whose time is in no sum any more.
           "ALTER TABLE event ADD COLUMN worked_on DATE NULL",
           "ALTER TABLE event ADD COLUMN revokes BIGINT UNSIGNED NULL",
           // Another spelling of a value of a pick list.
           "CREATE TABLE IF NOT EXISTS choice_alias ("
           " list VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
           " alias VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,"
           " value VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
           " PRIMARY KEY (list, alias)) ENGINE=InnoDB",
       }},
  };
  return k_migrations;
}

}  // namespace upkeep::patch
