// SPDX-License-Identifier: MIT
#include "upgrade/model/stop_rules.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

RunReport skipped(const std::string& workspace, std::string why, ExitStatus status,
                  std::optional<std::int64_t> run) {
  RunReport report;
  report.workspace = workspace;
  report.state = "skipped";
  report.run = run;
  report.detail = std::move(why);
  report.status = status;
  return report;
}

RunReport unknown(const std::string& workspace, std::string why, ExitStatus status) {
  RunReport report = skipped(workspace, std::move(why), status);
  report.state = "unknown";
  return report;
}

RunReport not_seen(const WorkspaceStatus& status) {
  // The detail of one with a run of its own is about that run.
  const std::string& why = status.state == State::unknown ? status.detail : status.problem;
  RunReport report = status.away ? skipped(status.workspace, why, ExitStatus::try_later)
                                 : unknown(status.workspace, why, ExitStatus::partial);
  report.put_back = !does_not_exist(status);
  return report;
}

void StopRules::count(const RunReport& report) {
  const bool ran = report.state != "skipped" && report.state != "unknown";
  const bool failed = ran && report.state != "succeeded";
  if (failed) ++m_failures;
  if (failed && m_started < m_options.canary) ++m_canary_failures;
  if (ran) ++m_started;
}

bool StopRules::is_late() const {
  return m_options.until && wall_now() >= *m_options.until;
}

std::optional<std::string> StopRules::reason() const {
  if (is_late()) return fmt::format("not started: it is past {}", iso8601(*m_options.until));
  if (m_options.max_failures > 0 && m_failures >= m_options.max_failures) {
    return fmt::format("not started: {} failed before (--max-failures)", m_failures);
  }
  if (m_started >= m_options.canary && m_canary_failures > 0) {
    return fmt::format("not started: of the first {} not all succeeded (--canary)",
                       m_options.canary);
  }
  return std::nullopt;
}

StopRule StopRules::rule() const {
  if (is_late()) return StopRule::until;
  const bool too_many = m_options.max_failures > 0 && m_failures >= m_options.max_failures;
  return too_many ? StopRule::max_failures : StopRule::canary;
}

ExitStatus StopRules::status() const {
  return is_late() ? ExitStatus::try_later : ExitStatus::no;
}

}  // namespace upkeep::upgrade
