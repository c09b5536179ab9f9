// SPDX-License-Identifier: MIT
#include "upgrade/model/sweep.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::upgrade {

namespace {
constexpr std::array<std::string_view, 4> k_rule_words{"canary", "max-failures", "until", "pause"};
}  // namespace

std::string_view word(StopRule rule) {
  return k_rule_words.at(static_cast<std::size_t>(rule));
}

bool Sweep::is_open(WallTime now) const {
  const bool awaits_canaries =
      rules.canary > 0 && started >= rules.canary && canary_done < rules.canary;
  return !stopped_at && !is_late(now) && !awaits_canaries;
}

std::optional<SweepPart> Sweep::start(WallTime now) {
  if (!is_open(now)) return std::nullopt;
  ++started;
  return started <= rules.canary ? SweepPart::canary : SweepPart::rest;
}

void Sweep::end(SweepPart part, RunState ending) {
  const bool ran = ending != RunState::skipped && ending != RunState::cancelled;
  if (!ran) {
    give_back();
    return;
  }
  const bool failed = is_failure(ending);
  if (failed) ++failures;
  if (part == SweepPart::canary) ++(failed ? canary_failures : canary_done);
}

bool Sweep::resume(WallTime now) {
  const bool late = is_late(now);
  if (!late && !stopped_at) return false;
  if (late) rules.until = same_local_time(*rules.until, now);
  started = failures = canary_done = canary_failures = 0;
  stopped_at.reset();
  stopped_by.clear();
  stop_detail.clear();
  return true;
}

std::optional<StopRule> Sweep::broken_rule() const {
  const bool canaries_over = canary_done + canary_failures >= rules.canary;
  if (rules.canary > 0 && canary_failures > 0 && canaries_over) return StopRule::canary;
  if (rules.max_failures > 0 && failures >= rules.max_failures) return StopRule::max_failures;
  return std::nullopt;
}

std::string Sweep::detail_of(StopRule rule) const {
  switch (rule) {
    case StopRule::canary:
      return fmt::format("not all of the first {} succeeded (--canary)", rules.canary);
    case StopRule::max_failures:
      return fmt::format("{} failed (--max-failures {})", failures, rules.max_failures);
    default:
      return fmt::format("it is past {} (--until)", iso8601(rules.until.value_or(wall_now())));
  }
}

std::string Sweep::why_not_started() const {
  return fmt::format(
      "not started: sweep {} is stopped: {}; 'ws-schedule --resume-sweep {}' or the next sweep of"
      " that name resumes it",
      name, stop_detail, name);
}

}  // namespace upkeep::upgrade
