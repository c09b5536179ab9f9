// SPDX-License-Identifier: MIT
// The result of a run: a record of ws-upgrade.
#pragma once

#include "base/exit_status.hpp"
#include "upgrade/model/state.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace upkeep::upgrade {

struct RunReport {
  std::string workspace;
  std::string state = "unknown";  ///< succeeded failed skipped lost interrupted unknown
  std::optional<std::int64_t> run;
  std::optional<int> exit_status;
  std::optional<std::int64_t> lines;
  std::optional<std::chrono::seconds> elapsed;
  std::string log, detail;
  ExitStatus status = ExitStatus::ok;  ///< its contribution to the tool's exit status
  bool put_back = false;  ///< nothing was started, for reasons outside its workspace: queued again
};

using ReportSink = std::function<void(const RunReport&)>;

/// A record of a run that was not started.
RunReport skipped(const std::string& workspace, std::string why, ExitStatus status,
                  std::optional<std::int64_t> run = {});
/// A record of a workspace that could not be handled.
RunReport unknown(const std::string& workspace, std::string why, ExitStatus status);
/// The record of a workspace that could not be examined: `skipped`, to be retried later, while its
/// server does not answer; otherwise `unknown`. Its run, if it has one, returns to the queue unless
/// there is no such workspace.
RunReport not_seen(const WorkspaceStatus& status);

}  // namespace upkeep::upgrade
