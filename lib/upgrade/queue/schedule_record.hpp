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
      state;  ///< queued already upgraded refused failed unknown; cancelled; running (of a list)
  std::optional<std::int64_t> run;
  std::optional<std::string> job;
  std::optional<WallTime> due;
  std::string detail;
  ExitStatus status = ExitStatus::ok;
  bool adopted = false;  ///< queued, of an earlier sweep's: it stays where the backend refuses
};

ScheduleRecord record_of(const std::string& workspace, std::string state, std::string detail,
                         ExitStatus status);
/// Of a run that is there, with its job and due time.
ScheduleRecord record_of(const Run& run, std::string state, std::string detail);

/// For what is worth telling a person.
using Warn = std::function<void(const std::string&)>;

}  // namespace upkeep::upgrade
