// SPDX-License-Identifier: MIT
#include "upgrade_cli/session.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade_cli {

db::Connection& Session::control() {
  if (!m_control) m_control = upgrade::connect_control(config());
  return *m_control;
}

const upgrade::WorkspaceMap& Session::workspaces() {
  if (!m_workspaces) m_workspaces.emplace(config());
  return *m_workspaces;
}

const upgrade::EventLog& Session::events() {
  if (!m_events) m_events.emplace(config().upgrade.log_dir, tool().info().name);
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

WallTime next_time_of_day(const char* option, const std::string& text) {
  if (const auto time = next_local_time(text, wall_now())) return *time;
  throw UsageError(fmt::format("{} {}: not a time of day", option, printable(text)),
                   fmt::format("e.g. {} 06:00", option));
}

}  // namespace upkeep::upgrade_cli
