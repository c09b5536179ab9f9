// SPDX-License-Identifier: MIT
#include "upgrade/runner/preview.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/probe/marker_file.hpp"
#include "upgrade/queue/due_runs.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/store/pause_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

RunReport report_of(const std::string& workspace, const std::string& state, std::string detail,
                    ExitStatus status) {
  RunReport report;
  report.workspace = workspace;
  report.state = state;
  report.detail = std::move(detail);
  report.status = status;
  return report;
}

RunReport refused(const std::string& workspace, const std::string& why) {
  return report_of(workspace, "skipped", "refused: " + why, ExitStatus::no);
}

/// Why an active run prevents the acceptance, and what to do first; empty if it only waits in the
/// queue, and so can be cancelled.
std::string objection(const Run& run) {
  if (run.state == RunState::running) {
    return fmt::format("run {} is running; 'ws-progress --follow {}' waits for its end", run.id,
                       run.workspace);
  }
  if (run.origin == Origin::direct) {
    return fmt::format("a ws-upgrade is waiting with run {}; 'ws-schedule --cancel {}' cancels it",
                       run.id, run.workspace);
  }
  return {};
}

RunReport accept_one(const config::Config& config, RunStore& runs, const WorkspaceStatus& status,
                     const UpgradeOptions& options, bool dry_run) {
  const std::string& name = status.workspace;
  const auto& active = status.runs.active;
  if (status.target_holds == Answer::unknown) {
    return report_of(name, "unknown", status.detail, ExitStatus::partial);
  }
  if (active) {
    if (const std::string why = objection(*active); !why.empty()) return refused(name, why);
  }
  if (status.target_holds != Answer::holds) {
    return report_of(name, "failed", "refused: the probes do not hold; " + status.detail,
                     ExitStatus::no);
  }
  if (!status.runs.last_failure && status.state == State::upgraded) {
    return report_of(name, "skipped", "already upgraded", ExitStatus::ok);
  }
  const std::string words = "accepted by " + signature(options.requested_by, options.reason);
  RunReport report = report_of(name, "succeeded", words, ExitStatus::ok);
  const std::string queued =
      active ? fmt::format("its queued run {} {}cancelled", active->id, dry_run ? "" : "was ") : "";
  if (dry_run) {
    report.state = "skipped";
    report.detail = "would be accepted" + (active ? ", and " + queued : "");
    return report;
  }
  if (active) {
    if (!runs.end_queued(active->id, RunState::cancelled, report.detail))
      return refused(name, fmt::format("run {} has just started", active->id));
    add_clause(report.detail, queued);
  }
  const std::int64_t seen = status.runs.last_failure ? status.runs.last_failure->id : 0;
  const auto accepted = runs.record_accepted({.workspace = name,
                                              .target = status.target,
                                              .who = options.requested_by,
                                              .why = options.reason,
                                              .detail = words,
                                              .seen = seen});
  if (!accepted) {
    return refused(name, "another run has started; see 'ws-check " + name + "' and try again");
  }
  report.run = accepted->id;
  const Marker marker = read_marker(config.upgrade.marker);
  if (!marker.workspace.empty() && marker.names(name, status.ignores_case)) {
    remove_quietly(config.upgrade.marker);
    report.detail += fmt::format("; removed {}", config.upgrade.marker.string());
  }
  EventLog(config, "ws-upgrade").write(name, report.run, report.detail);
  return report;
}

}  // namespace

ExitStatus preview(const config::Config& config, const std::vector<std::string>& names,
                   const std::string& target, bool force, const ReportSink& sink) {
  db::Connection control = connect_control(config);
  Inspector inspector(config, control);
  ExitStatus worst = ExitStatus::ok;
  for (const WorkspaceStatus& status : inspector.inspect(names, target)) {
    RunReport report = report_of(status.workspace, "skipped", "would be upgraded", ExitStatus::ok);
    if (status.state == State::unknown) {
      report = report_of(status.workspace, "unknown", status.detail, ExitStatus::partial);
    } else if (status.state == State::upgraded && !force) {
      report.detail = "already upgraded";
    } else if (status.hold && !force) {
      report.detail = "would not be upgraded: " + status.hold->text();
      report.status = ExitStatus::no;
    } else if (status.runs.active) {
      const Run& run = *status.runs.active;
      report.detail =
          run.state == RunState::queued && run.origin == Origin::queue
              ? fmt::format("would be upgraded with run {}, which is queued", run.id)
              : fmt::format("would wait for run {}, which is active, and check again", run.id);
    }
    worst = worse(worst, report.status);
    sink(report);
  }
  return worst;
}

ExitStatus preview_queue(const config::Config& config, const ReportSink& sink) {
  db::Connection control = connect_control(config);
  RunStore runs(control, config.database.schema);
  const WallTime now = runs.server_now();
  const auto pause = PauseStore(control, config.database.schema).find();
  const auto holds = HoldStore(control, config.database.schema).of({});
  const auto stopped = SweepStore(control, config.database.schema).stopped();
  ExitStatus worst = ExitStatus::ok;
  for (const Run& run : runs.queue().active()) {
    if (run.state != RunState::queued || run.origin != Origin::queue || run.due_at > now) continue;
    RunReport report = report_of(run.workspace, "skipped", "would be upgraded", ExitStatus::ok);
    report.run = run.id;
    if (run.pinned && !has_probes(config, run.target)) {
      report.detail = "would not be started: " + no_probes(run);
      report.status = ExitStatus::config;
    }
    if (const auto hold = holds.find(run.workspace); hold != holds.end())
      report.detail = "would not be started: " + hold->second.text();
    if (run.sweep && std::find(stopped.begin(), stopped.end(), *run.sweep) != stopped.end())
      report.detail = fmt::format("would not be started: sweep {} is stopped", *run.sweep);
    if (pause) report.detail = "would not be started: " + pause->text();
    worst = worse(worst, report.status);
    sink(report);
  }
  return worst;
}

ExitStatus accept(const config::Config& config, const std::vector<std::string>& names,
                  const UpgradeOptions& options, bool dry_run, const ReportSink& sink) {
  db::Connection control = connect_control(config);
  Inspector inspector(config, control);
  recover_before_reading(config, control, inspector, "ws-upgrade");
  RunStore runs(control, config.database.schema);
  ExitStatus worst = ExitStatus::ok;
  for (const WorkspaceStatus& status : inspector.inspect(names, options.target, true)) {
    const RunReport report = accept_one(config, runs, status, options, dry_run);
    worst = worse(worst, report.status);
    sink(report);
  }
  return worst;
}

}  // namespace upkeep::upgrade
