// SPDX-License-Identifier: MIT
#include "upgrade/queue/due_runs.hpp"

#include "upgrade/model/server_bound.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/store/host_target_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::upgrade {

DueFilter due_filter(const config::Config& config, RunStore& runs) {
  DueFilter filter;
  filter.target = config.upgrade.target;
  for (const config::Probe& probe : config.probes) {
    auto& versions = filter.versions;
    if (std::find(versions.begin(), versions.end(), probe.version) == versions.end())
      versions.push_back(probe.version);
  }
  filter.began = runs.server_now();
  return filter;
}

namespace {

/// The id of this host; empty: not readable by this user.
std::string host_id(const config::Config& config) {
  const auto host = HostState::open_existing(config.upgrade.state_dir);
  return host ? host->id() : "";
}

}  // namespace

std::string follow_configured_target(const config::Config& config, db::Connection& control,
                                     RunStore& runs, const EventLog& events) {
  const std::string& target = config.upgrade.target;
  if (target.empty()) return "";
  HostTargets hosts(control, config.database.schema);
  const std::string host = host_id(config);
  if (!host.empty()) hosts.note(host, target);
  const std::vector<std::string> queued = runs.queue().targets();
  const bool has_others =
      std::any_of(queued.begin(), queued.end(), [&](const auto& other) { return other != target; });
  if (!has_others) return "";
  const std::set<std::string> newer = hosts.newer_than(host);
  std::string text;
  for (const std::string& other : queued) {
    if (other == target || newer.contains(other)) continue;
    const std::uint64_t moved = runs.follow_target(other, target);
    if (moved == 0) continue;
    text += fmt::format("{}{} queued for version {}", text.empty() ? "" : ", ",
                        moved == 1 ? "1 run was" : fmt::format("{} runs were", moved), other);
  }
  if (text.empty()) return "";
  text += fmt::format(": now to {}, the configured target", target);
  events.write("", {}, text);
  return text;
}

std::set<std::string> targets_of_other_hosts(const config::Config& config,
                                             db::Connection& control) {
  HostTargets hosts(control, config.database.schema);
  const std::string host = host_id(config);
  std::set<std::string> targets = hosts.newer_than(host);
  targets.erase(hosts.of(host));
  return targets;
}

void note_servers(const config::Config& config, RunStore& runs, Inspector& inspector) {
  const ServerBounds bounds(config);
  if (bounds.empty()) return;
  std::map<std::string, std::int64_t> by_workspace;
  for (const Run& run : runs.queue().elsewhere(bounds.known()))
    by_workspace.emplace(run.workspace, run.id);
  std::vector<std::string> names;
  names.reserve(by_workspace.size());
  for (const auto& [name, id] : by_workspace) names.push_back(name);
  for (const WorkspaceStatus& status : inspector.inspect(names, config.upgrade.target)) {
    const auto run = by_workspace.find(status.workspace);
    const auto server = endpoint_name_of(config, status.server);
    if (server && run != by_workspace.end()) runs.note_server(run->second, *server);
  }
}

std::string for_other_hosts(const config::Config& config, const Run& run) {
  return fmt::format(
      "it is queued for version {}, for which another host was configured later than this one for "
      "{}",
      run.target, config.upgrade.target);
}

std::string no_probes(const Run& run) {
  return fmt::format(
      "version {}, to which it is queued, has no [[probe]]; 'ws-schedule --retarget {}' queues it "
      "for the configured target",
      run.target, run.workspace);
}

std::vector<RunReport> due_without_probes(const config::Config& config, RunStore& runs) {
  std::vector<RunReport> reports;
  for (const std::string& target : runs.queue().targets()) {
    if (has_probes(config, target)) continue;
    for (const Run& run : runs.queue().due_pinned(target)) {
      reports.push_back(skipped(run.workspace, no_probes(run), ExitStatus::config, run.id));
    }
  }
  return reports;
}

}  // namespace upkeep::upgrade
