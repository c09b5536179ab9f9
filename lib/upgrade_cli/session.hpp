// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "cli/names.hpp"
#include "db/connection.hpp"
#include "upgrade/probe/workspace.hpp"
#include "upgrade/queue/backends/backend.hpp"
#include "upgrade/runner/event_log.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade_cli {

/// What a command of the ws-* tools works with: configuration, control database, the workspaces'
/// names, the log of events and the scheduler, each made when it is first asked for.
class Session : public cli::Session {
 public:
  Session(Io& the_io, const cli::Tool& tool) : cli::Session(the_io, tool) {}

  /// Connected once. @throws db::Error
  [[nodiscard]] db::Connection& control();
  [[nodiscard]] const upgrade::WorkspaceMap& workspaces();
  [[nodiscard]] const upgrade::EventLog& events();
  /// The names that operands or stdin give, checked against the name rule.
  /// @param advice what to do where none is named. @throws UsageError there
  [[nodiscard]] cli::NamesTaken take_names(const std::vector<std::string>& operands,
                                           const std::string& advice);
  /// Hands jobs over to `via`.
  [[nodiscard]] std::unique_ptr<upgrade::Backend> backend(config::Via via);
  /// For readers, which replace jobs that came to nothing: see upgrade::backend_of_a_looker().
  [[nodiscard]] upgrade::MakeBackend readers_backend();

 private:
  [[nodiscard]] upgrade::BackendSetting backend_setting();
  std::optional<db::Connection> m_control;
  std::optional<upgrade::WorkspaceMap> m_workspaces;
  std::optional<upgrade::EventLog> m_events;
};

/// A ws-* tool.
class UpgradeTool : public cli::Tool {
 protected:
  [[nodiscard]] Session session(Io& io) const { return {io, *this}; }
};

using Command = cli::Command<Session>;
using Commands = cli::Commands<Session>;
using CommandTool = cli::CommandTool<Session, UpgradeTool>;

/// A local time of day as it comes next. @param option which one gave it. @throws UsageError
WallTime next_time_of_day(const char* option, const std::string& text);

}  // namespace upkeep::upgrade_cli
