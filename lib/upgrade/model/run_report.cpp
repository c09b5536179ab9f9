// SPDX-License-Identifier: MIT
#include "upgrade/model/run_report.hpp"

#include <utility>

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
  // The detail of a workspace with its own run is about that run.
  const std::string& why = status.state == State::unknown ? status.detail : status.problem;
  RunReport report = status.away ? skipped(status.workspace, why, ExitStatus::try_later)
                                 : unknown(status.workspace, why, ExitStatus::partial);
  report.put_back = !does_not_exist(status);
  return report;
}

}  // namespace upkeep::upgrade
