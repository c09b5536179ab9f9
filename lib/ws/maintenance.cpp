// SPDX-License-Identifier: MIT
#include "ws/maintenance.hpp"

#include "base/file.hpp"
#include "ws/endpoint.hpp"
#include "ws/pause.hpp"
#include "ws/settler.hpp"

#include <fmt/format.h>

namespace upkeep::ws {

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

RunReport accept_one(const config::Config& config, RunStore& runs, const WorkspaceStatus& status,
                     const UpgradeOptions& options, bool dry_run) {
  const std::string& name = status.workspace;
  if (status.target_holds == Answer::unknown) {
    return report_of(name, "unknown", status.detail, ExitStatus::partial);
  }
  if (status.runs.active) {
    return report_of(name, "skipped",
                     fmt::format("refused: run {} is active", status.runs.active->id),
                     ExitStatus::no);
  }
  if (status.target_holds != Answer::holds) {
    return report_of(name, "failed", "refused: the probes do not hold; " + status.detail,
                     ExitStatus::no);
  }
  if (!status.runs.last_failure && status.state == State::upgraded) {
    return report_of(name, "skipped", "it is upgraded", ExitStatus::ok);
  }
  const std::string words = "accepted by " + signature(options.requested_by, options.reason);
  RunReport report = report_of(name, "succeeded", words, ExitStatus::ok);
  if (dry_run) {
    report.state = "skipped";
    report.detail = "would be accepted";
    return report;
  }
  const std::int64_t seen = status.runs.last_failure ? status.runs.last_failure->id : 0;
  const auto accepted = runs.record_accepted({.workspace = name,
                                              .target = status.target,
                                              .who = options.requested_by,
                                              .why = options.reason,
                                              .detail = words,
                                              .seen = seen});
  if (!accepted) {
    return report_of(name, "skipped", "refused: another run has begun meanwhile", ExitStatus::no);
  }
  report.run = accepted->id;
  const Marker marker = read_marker(config.upgrade.marker);
  if (marker.present && marker.workspace == name) {
    remove_quietly(config.upgrade.marker);
    report.detail += fmt::format("; removed {}", config.upgrade.marker.string());
  }
  EventLog(config.upgrade.log_dir, "ws-upgrade").write(name, report.run, report.detail);
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
      report.detail = "it is upgraded";
    } else if (status.hold && !force) {
      report.detail = "would not be upgraded: " + status.hold->text();
      report.status = ExitStatus::no;
    } else if (status.runs.active) {
      const Run& run = *status.runs.active;
      report.detail =
          run.state == RunState::queued && run.origin == Origin::queue
              ? fmt::format("would be upgraded with run {}, which is queued", run.id)
              : fmt::format("would wait for run {}, which is active, and look again", run.id);
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
  for (const Run& run : runs.queue()) {
    if (run.state != RunState::queued || run.origin != Origin::queue || run.due_at > now) continue;
    RunReport report = report_of(run.workspace, "skipped", "would be upgraded", ExitStatus::ok);
    report.run = run.id;
    if (const auto hold = holds.find(run.workspace); hold != holds.end())
      report.detail = "would not be started: " + hold->second.text();
    if (pause) report.detail = "would not be started: " + pause->text();
    sink(report);
  }
  return ExitStatus::ok;
}

ExitStatus accept(const config::Config& config, const std::vector<std::string>& names,
                  const UpgradeOptions& options, bool dry_run, const ReportSink& sink) {
  db::Connection control = connect_control(config);
  Inspector inspector(config, control);
  settle_before_looking(config, control, inspector, "ws-upgrade");
  RunStore runs(control, config.database.schema);
  ExitStatus worst = ExitStatus::ok;
  for (const WorkspaceStatus& status : inspector.inspect(names, options.target, true)) {
    const RunReport report = accept_one(config, runs, status, options, dry_run);
    worst = worse(worst, report.status);
    sink(report);
  }
  return worst;
}

}  // namespace upkeep::ws
