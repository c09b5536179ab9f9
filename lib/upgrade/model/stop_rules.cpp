// SPDX-License-Identifier: MIT
#include "upgrade/model/stop_rules.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

void StopRules::count(const RunReport& report) {
  const bool ran = report.state != "skipped" && report.state != "unknown";
  const bool failed = ran && report.state != "succeeded";
  if (failed) ++m_failures;
  if (failed && m_started < m_options.canary) ++m_canary_failures;
  if (ran) ++m_started;
}

std::optional<StopRule> StopRules::broken(WallTime now) const {
  if (is_late(now)) return StopRule::until;
  if (m_options.max_failures > 0 && m_failures >= m_options.max_failures)
    return StopRule::max_failures;
  if (m_started >= m_options.canary && m_canary_failures > 0) return StopRule::canary;
  return std::nullopt;
}

std::string StopRules::reason(StopRule rule) const {
  switch (rule) {
    case StopRule::max_failures:
      return fmt::format("not started: {} failed before (--max-failures)", m_failures);
    case StopRule::canary:
      return fmt::format("not started: not all of the first {} succeeded (--canary)",
                         m_options.canary);
    default:
      return fmt::format("not started: it is past {}",
                         iso8601(m_options.until.value_or(wall_now())));
  }
}

ExitStatus status_of(StopRule rule) {
  const bool later = rule == StopRule::until || rule == StopRule::pause;
  return later ? ExitStatus::try_later : ExitStatus::no;
}

}  // namespace upkeep::upgrade
