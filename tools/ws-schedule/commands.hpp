// SPDX-License-Identifier: MIT
// The commands of ws-schedule: queuing, its main job, and its modes.
#pragma once

#include "upgrade/queue/scheduler.hpp"
#include "upgrade_cli/session.hpp"

#include <string>
#include <vector>

namespace upkeep::tools {

using upgrade_cli::Command;
using upgrade_cli::Commands;
using upgrade_cli::Session;

/// The operands and options that queuing shares with modes.
struct SharedOptions {
  std::vector<std::string> operands;
  std::string via, reason, requested_by;

  void declare(CLI::App& app);
  /// @throws UsageError
  void check() const;
  /// The requester to record: --requested-by, or the user.
  [[nodiscard]] std::string who(Session& session) const;
  /// The scheduler of --via, or the configured one.
  [[nodiscard]] config::Via chosen_via(Session& session) const;
  [[nodiscard]] std::unique_ptr<upgrade::Backend> backend(Session& session) const {
    return session.backend(chosen_via(session));
  }
};

/// A mode for named workspaces.
class NameMode : public Command {
 public:
  /// Keeps a reference to `shared`.
  explicit NameMode(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE"}; }
  [[nodiscard]] std::vector<std::string> columns() const override;
  void check(cli::CommonOptions& common) override;
  /// Reads the names, warns of a pause and calls work(), unless no name is valid.
  ExitStatus run(Session& session) final;

 protected:
  /// Whether at least one name is required; otherwise none means all, and stdin is not read.
  [[nodiscard]] virtual bool needs_names() const { return true; }
  virtual ExitStatus work(Session& session, const std::vector<std::string>& names) = 0;
  SharedOptions& m_shared;  // NOLINT: used by derived classes
};

/// The main job. All these commands keep a reference to `shared`.
Commands queue_command(SharedOptions& shared);
/// --list, --cancel, --retarget
Commands run_modes(SharedOptions& shared);
/// --pause, --resume, --resume-sweep
Commands queue_modes(SharedOptions& shared);
/// --hold, --release
Commands hold_modes(SharedOptions& shared);

/// Advice if no workspace is named.
inline constexpr const char* k_name_some = "name at least one, or use --list";
/// The columns of every record that ws-schedule prints.
const std::vector<std::string>& schedule_columns();
/// @returns the worst status of the records
ExitStatus print(Session& session, const std::vector<upgrade::ScheduleRecord>& records);
/// Prints a warning if the queue is paused.
void warn_of_pause(Session& session);
/// @throws UsageError if `name` cannot be a sweep's name
void check_sweep_name(const char* option, const std::string& name);

}  // namespace upkeep::tools
