// SPDX-License-Identifier: MIT
// A night's work: its rules, how far it has got under them over all hosts, and what stops it.
#pragma once

#include "upgrade/model/run.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// What ends a night before its work is done.
enum class StopRule { canary, max_failures, until, pause };

/// As it is recorded: `canary`, `max-failures`, `until`, `pause`.
std::string_view word(StopRule rule);

struct SweepRules {
  int canary = 0;                 ///< the first N must all succeed before the rest start; 0: none
  int max_failures = 0;           ///< nothing is started after the Nth failure; 0: no limit
  std::optional<WallTime> until;  ///< nothing is started from then on
};

/// Which of a sweep's runs one counts as, from its start to its end.
enum class SweepPart { canary = 1, rest = 2 };

struct Sweep {
  std::string name;
  SweepRules rules;
  WallTime due_at;  ///< when it was to begin
  int started = 0, failures = 0, canary_done = 0, canary_failures = 0;
  std::optional<WallTime> stopped_at;
  std::string stopped_by;   ///< a word of StopRule; empty: it goes on
  std::string stop_detail;  ///< `not all of the first 3 succeeded (--canary)`

  /// Whether `until` has passed.
  [[nodiscard]] bool is_late(WallTime now) const { return rules.until && *rules.until <= now; }
  /// Whether its rules let a run start now: it is neither stopped nor late, and where all canaries
  /// have been started all have succeeded.
  [[nodiscard]] bool is_open(WallTime now) const;
  /// Counts the start of a run. @returns what the run counts as; nullopt: it must not start
  std::optional<SweepPart> start(WallTime now);
  /// Counts the end of a run that start() has counted; one that never ran leaves no trace.
  void end(SweepPart part, RunState ending);
  /// Such a run is queued again: as if it had never started.
  void give_back() { started -= started > 0 ? 1 : 0; }
  /// The stop is over: the counts begin at 0; an `until` that has passed is the next occurrence of
  /// its time of day. @returns whether it was stopped or late
  bool resume(WallTime now);
  /// The rule that its failures break; nullopt: none. The time is not looked at.
  [[nodiscard]] std::optional<StopRule> broken_rule() const;
  /// What a stop by this rule is recorded with: `2 failed (--max-failures 2)`.
  [[nodiscard]] std::string detail_of(StopRule rule) const;
  /// `not started: sweep night is stopped: …`, with what resumes it.
  [[nodiscard]] std::string why_not_started() const;
};

/// What a rule has ended: a sweep, or (without a name) one drain.
struct Stop {
  WallTime at;
  std::optional<std::string> sweep;
  std::string rule;
  std::int64_t left = 0;  ///< runs it kept from being started
  std::string detail;
};

}  // namespace upkeep::upgrade
