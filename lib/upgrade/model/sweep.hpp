// SPDX-License-Identifier: MIT
// A sweep: its rules, its progress under them over all hosts, and what stops it.
#pragma once

#include "upgrade/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// What ends a sweep or drain before its work is done.
enum class StopRule { canary, max_failures, until, pause };

/// The word that is recorded: `canary`, `max-failures`, `until`, `pause`.
std::string_view word(StopRule rule);

struct SweepRules {
  int canary = 0;                 ///< the first N must all succeed before the others start; 0: none
  int max_failures = 0;           ///< nothing is started after the Nth failure; 0: no limit
  std::optional<WallTime> until;  ///< nothing is started from then on
};

/// How a sweep counts one of its runs, from its start to its end.
enum class SweepPart { canary = 1, rest = 2 };

struct Sweep {
  std::string name;
  SweepRules rules;
  WallTime due_at;  ///< when it was to start
  int started = 0, failures = 0, canary_done = 0, canary_failures = 0;
  std::optional<WallTime> stopped_at;
  std::string stopped_by;   ///< a word of StopRule; empty: not stopped
  std::string stop_detail;  ///< `not all of the first 3 succeeded (--canary)`

  /// Whether `until` has passed.
  [[nodiscard]] bool is_late(WallTime now) const { return rules.until && *rules.until <= now; }
  /// Whether its rules let a run start now: it is neither stopped nor late, and if all canaries
  /// were started, all have succeeded.
  [[nodiscard]] bool is_open(WallTime now) const;
  /// Counts the start of a run. @returns how it is counted; nullopt: it must not start
  std::optional<SweepPart> start(WallTime now);
  /// Counts the end of a run that start() has counted; one that never ran is uncounted.
  void end(SweepPart part, RunState ending);
  /// Uncounts a run that is queued again, as if it had never started.
  void give_back() { started -= started > 0 ? 1 : 0; }
  /// Ends the stop: the counts start at 0; an `until` that has passed becomes the next occurrence
  /// of its time of day. @returns whether it was stopped or late
  bool resume(WallTime now);
  /// The rule that its failures break; nullopt: none. Ignores the time.
  [[nodiscard]] std::optional<StopRule> broken_rule() const;
  /// The recorded detail of a stop by this rule: `2 failed (--max-failures 2)`.
  [[nodiscard]] std::string detail_of(StopRule rule) const;
  /// `not started: sweep night is stopped: …`, with how to resume it.
  [[nodiscard]] std::string why_not_started() const;
};

/// A sweep, or (without a name) one drain, that a rule has ended.
struct Stop {
  WallTime at;
  std::optional<std::string> sweep;
  std::string rule;
  std::int64_t left = 0;  ///< runs that were not started
  std::string detail;
};

}  // namespace upkeep::upgrade
