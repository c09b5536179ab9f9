-- SPDX-License-Identifier: MIT
-- figures of ended runs, also of those that were pruned

-- How long runs took is counted from this index alone.
ALTER TABLE run ADD KEY by_end (ended_at, state, started_at);

-- What `upkeep prune` has deleted from `run`, so that counters never go down. `class_s` is the upper bound of the
-- durations of these runs in seconds; 0: longer than all bounds; -1: they never started.
CREATE TABLE IF NOT EXISTS pruned_run (
  state VARCHAR(12) CHARACTER SET ascii NOT NULL,
  class_s INT NOT NULL,
  runs BIGINT NOT NULL,
  us BIGINT NOT NULL,
  PRIMARY KEY (state, class_s)) ENGINE=InnoDB;
