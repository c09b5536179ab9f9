// SPDX-License-Identifier: MIT
#include "upgrade_cli/session.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "upgrade/model/version.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade_cli {

namespace {

constexpr std::size_t k_most_candidates = 200;

}  // namespace

db::Connection& Session::control() {
  if (!m_control) m_control = upgrade::connect_control(config());
  return *m_control;
}

const upgrade::WorkspaceMap& Session::workspaces() {
  if (!m_workspaces) m_workspaces.emplace(config());
  return *m_workspaces;
}

const upgrade::EventLog& Session::events() {
  if (!m_events) m_events.emplace(config(), tool().info().name);
  return *m_events;
}

cli::NamesTaken Session::take_names(const std::vector<std::string>& operands,
                                    const std::string& advice) {
  const upgrade::WorkspaceMap& map = workspaces();
  cli::NamesTaken taken = cli::take_names(
      io, tool().names(io, operands), [&](const std::string& name) { return map.objection(name); });
  if (!taken.named) throw UsageError("no workspace given", advice);
  return taken;
}

upgrade::BackendSetting Session::backend_setting() {
  return upgrade::drain_setting(config(), tool().surroundings(), binary_directory(),
                                cli::Tool::home_directory());
}

std::unique_ptr<upgrade::Backend> Session::backend(config::Via via) {
  return upgrade::make_backend(via, config().schedule, backend_setting());
}

upgrade::MakeBackend Session::readers_backend() {
  return upgrade::backend_of_a_looker(config(), backend_setting(), tool().surroundings().uid);
}

std::vector<cli::Candidate> UpgradeTool::candidates(Io& io, const cli::WantedValue& wanted) const {
  std::vector<cli::Candidate> found;
  if (wanted.name != "WORKSPACE") return found;
  Session work = session(io);
  upgrade::Inspector inspector(work.config(), work.control());
  std::vector<std::string> down;
  for (const auto& one :
       inspector.inspect_all(upgrade::target_of(work.config(), ""), false, down)) {
    const auto& named = wanted.operands;
    if (!one.workspace.starts_with(wanted.typed)) continue;
    if (std::find(named.begin(), named.end(), one.workspace) != named.end()) continue;
    found.push_back({one.workspace, std::string(upgrade::word(one.state))});
    if (found.size() == k_most_candidates) break;
  }
  return found;
}

WallTime next_time_of_day(const char* option, const std::string& text) {
  if (const auto time = next_local_time(text, wall_now())) return *time;
  throw UsageError(fmt::format("{} {}: not a time of day", option, printable(text)),
                   fmt::format("e.g. {} 06:00", option));
}

}  // namespace upkeep::upgrade_cli
