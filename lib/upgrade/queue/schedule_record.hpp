// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "upgrade/model/run.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// A record of ws-schedule.
struct ScheduleRecord {
  std::string workspace;
  std::string
      state;  ///< queued already upgraded refused failed unknown; cancelled; running (in a list)
  std::optional<std::int64_t> run;
  std::optional<std::string> job;
  std::optional<WallTime> due;
  std::string detail;
  ExitStatus status = ExitStatus::ok;
  bool adopted = false;  ///< queued, from an earlier sweep: it stays if the backend refuses
};

ScheduleRecord record_of(const std::string& workspace, std::string state, std::string detail,
                         ExitStatus status);
/// For an existing run, with its job and due time.
ScheduleRecord record_of(const Run& run, std::string state, std::string detail);

/// Reports a warning to the user.
using Warn = std::function<void(const std::string&)>;

}  // namespace upkeep::upgrade
