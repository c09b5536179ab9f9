// SPDX-License-Identifier: MIT
// ws-schedule --hold and --release.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "upgrade/queue/schedule_record.hpp"
#include "upgrade/runner/event_log.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

struct HoldRequest {
  std::string who, why;
  bool gate_closed = false;
  bool dry_run = false;  ///< report what would be done, change nothing
};

/// One record each: `held`, or `unknown` if there is no such workspace. Holding again replaces the
/// reason, which detail reports. A queued run stays queued.
std::vector<ScheduleRecord> hold_workspaces(const config::Config& config, db::Connection& control,
                                            const EventLog& events,
                                            const std::vector<std::string>& names,
                                            const HoldRequest& request);

/// The result of --release.
struct Released {
  std::vector<ScheduleRecord> records;  ///< `released`, or `refused` if it is not held
  bool due = false;  ///< whether a queued run of one of them is due: its own job may be gone
};

Released release_workspaces(const config::Config& config, db::Connection& control,
                            const EventLog& events, const std::vector<std::string>& names,
                            const std::string& who, bool dry_run);

}  // namespace upkeep::upgrade
