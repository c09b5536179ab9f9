// SPDX-License-Identifier: MIT
#include "upgrade/queue/hold_requests.hpp"

#include "base/text.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/probe/spelling.hpp"
#include "upgrade/store/hold_store.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

std::string fate_of(const Run& run) {
  return fmt::format("run {} {}", run.id,
                     run.state == RunState::queued ? "stays queued" : "continues");
}

ScheduleRecord hold_one(HoldStore& holds, const EventLog& events, const WorkspaceStatus& status,
                        const HoldRequest& request) {
  const std::string& name = status.workspace;
  if (does_not_exist(status)) return record_of(name, "unknown", status.detail, ExitStatus::partial);
  const auto before = status.hold;
  Hold hold;
  hold.workspace = name;
  hold.by = request.who;
  hold.reason = request.why;
  hold.gate_closed = request.gate_closed;
  if (!request.dry_run) {
    holds.hold(hold);
    events.write(name, {},
                 fmt::format("held by {}{}: {}", request.who,
                             request.gate_closed ? ", gate closed" : "", request.why));
  }
  std::string detail = request.dry_run ? "would be held" : "";
  if (before) add_clause(detail, fmt::format("the reason is replaced; it was {}", before->text()));
  ScheduleRecord record = record_of(name, "held", detail, ExitStatus::ok);
  if (const auto& active = status.runs.active) {
    record.run = active->id;
    record.job = active->job;
    record.due = active->due_at;
    add_clause(record.detail, fate_of(*active));
  }
  return record;
}

}  // namespace

std::vector<ScheduleRecord> hold_workspaces(const config::Config& config, db::Connection& control,
                                            const EventLog& events,
                                            const std::vector<std::string>& names,
                                            const HoldRequest& request) {
  HoldStore holds(control, config.database.schema);
  Inspector inspector(config, control);
  std::vector<ScheduleRecord> records;
  for (const WorkspaceStatus& status : inspector.inspect(names, config.upgrade.target)) {
    records.push_back(hold_one(holds, events, status, request));
  }
  return records;
}

Released release_workspaces(const config::Config& config, db::Connection& control,
                            const EventLog& events, const std::vector<std::string>& names,
                            const std::string& who, bool dry_run) {
  HoldStore holds(control, config.database.schema);
  RunStore runs(control, config.database.schema);
  Inspector inspector(config, control);
  const WallTime now = runs.server_now();
  const auto known = as_recorded(inspector, config, names, [&](const std::string& name) {
    return holds.find(name).has_value();
  });
  Released released;
  for (const std::string& name : known) {
    const bool held = dry_run ? holds.find(name).has_value() : holds.release(name);
    if (!held) {
      released.records.push_back(record_of(name, "refused", "it is not held", ExitStatus::no));
      continue;
    }
    if (!dry_run) events.write(name, {}, "released by " + who);
    ScheduleRecord record =
        record_of(name, "released", dry_run ? "would be released" : "", ExitStatus::ok);
    if (const auto active = runs.active_of(name)) {
      record.run = active->id;
      record.job = active->job;
      record.due = active->due_at;
      const bool queued = active->state == RunState::queued && active->origin == Origin::queue;
      if (queued && active->due_at <= now) {
        released.due = true;
        add_clause(record.detail, fmt::format("run {} is due and starts now", active->id));
      }
    }
    released.records.push_back(std::move(record));
  }
  return released;
}

}  // namespace upkeep::upgrade
