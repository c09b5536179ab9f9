// SPDX-License-Identifier: MIT
#include "upgrade/queue/schedule_record.hpp"

#include <utility>

namespace upkeep::upgrade {

ScheduleRecord record_of(const std::string& workspace, std::string state, std::string detail,
                         ExitStatus status) {
  ScheduleRecord record;
  record.workspace = workspace;
  record.state = std::move(state);
  record.detail = std::move(detail);
  record.status = status;
  return record;
}

ScheduleRecord record_of(const Run& run, std::string state, std::string detail) {
  ScheduleRecord record =
      record_of(run.workspace, std::move(state), std::move(detail), ExitStatus::ok);
  record.run = run.id;
  record.job = run.job;
  record.due = run.due_at;
  return record;
}

}  // namespace upkeep::upgrade
