// SPDX-License-Identifier: MIT
#include "ws/due_runs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::ws {

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

std::string follow_configured_target(RunStore& runs, const std::string& target,
                                     const EventLog& events) {
  if (target.empty()) return "";
  std::string text;
  for (const std::string& other : runs.queued_targets()) {
    if (other == target) continue;
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

bool has_probes(const config::Config& config, const std::string& version) {
  return std::any_of(config.probes.begin(), config.probes.end(),
                     [&](const config::Probe& probe) { return probe.version == version; });
}

std::string no_probes(const Run& run) {
  return fmt::format(
      "version {}, to which it is queued, has no [[probe]]; 'ws-schedule --retarget {}' queues it "
      "for the configured target",
      run.target, run.workspace);
}

std::vector<RunReport> due_without_probes(const config::Config& config, RunStore& runs) {
  std::vector<RunReport> reports;
  for (const std::string& target : runs.queued_targets()) {
    if (has_probes(config, target)) continue;
    for (const Run& run : runs.due_pinned(target)) {
      reports.push_back(skipped(run.workspace, no_probes(run), ExitStatus::config, run.id));
    }
  }
  return reports;
}

}  // namespace upkeep::ws
