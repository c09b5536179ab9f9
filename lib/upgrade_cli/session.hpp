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

/// The resources of a command of the ws-* tools: configuration, control database, names of
/// workspaces, event log and scheduler, each created on first use.
class Session : public cli::Session {
 public:
  Session(Io& the_io, const cli::Tool& tool) : cli::Session(the_io, tool) {}

  /// The connection, made on first use. @throws db::Error
  [[nodiscard]] db::Connection& control();
  [[nodiscard]] const upgrade::WorkspaceMap& workspaces();
  [[nodiscard]] const upgrade::EventLog& events();
  /// The names from the operands or stdin, checked against the name rule.
  /// @param advice for the UsageError that is thrown if none is given
  [[nodiscard]] cli::NamesTaken take_names(const std::vector<std::string>& operands,
                                           const std::string& advice);
  /// The scheduler `via`, which gets the jobs.
  [[nodiscard]] std::unique_ptr<upgrade::Backend> backend(config::Via via);
  /// For tools that read and replace lost jobs, see upgrade::backend_of_a_looker().
  [[nodiscard]] upgrade::MakeBackend readers_backend();

 private:
  [[nodiscard]] upgrade::BackendSetting backend_setting();
  std::optional<db::Connection> m_control;
  std::optional<upgrade::WorkspaceMap> m_workspaces;
  std::optional<upgrade::EventLog> m_events;
};

/// A ws-* tool.
class UpgradeTool : public cli::Tool {
 public:
  /// Workspaces whose names begin as typed, with their states; not all of a large fleet.
  [[nodiscard]] std::vector<cli::Candidate> candidates(
      Io& io, const cli::WantedValue& wanted) const override;

 protected:
  [[nodiscard]] Session session(Io& io) const { return {io, *this}; }
};

using Command = cli::Command<Session>;
using Commands = cli::Commands<Session>;
using CommandTool = cli::CommandTool<Session, UpgradeTool>;

/// The next occurrence of a local time of day. @param option for the error. @throws UsageError
WallTime next_time_of_day(const char* option, const std::string& text);

}  // namespace upkeep::upgrade_cli
