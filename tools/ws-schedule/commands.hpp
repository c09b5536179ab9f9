// SPDX-License-Identifier: MIT
// What ws-schedule does: queue, which is its main job, and modes.
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
  /// For the record: --requested-by, or the person who typed this.
  [[nodiscard]] std::string who(Session& session) const;
  /// Of --via, or the configured one.
  [[nodiscard]] config::Via chosen_via(Session& session) const;
  [[nodiscard]] std::unique_ptr<upgrade::Backend> backend(Session& session) const {
    return session.backend(chosen_via(session));
  }
};

/// A mode about workspaces that are named.
class NameMode : public Command {
 public:
  /// Keeps a reference.
  explicit NameMode(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE"}; }
  [[nodiscard]] std::vector<std::string> columns() const override;
  void check(cli::CommonOptions& common) override;
  /// Takes the names, warns of a pause and works; prints no record where no name is good.
  ExitStatus run(Session& session) final;

 protected:
  /// Whether none named is an error; else it means all, and none are waited for on stdin.
  [[nodiscard]] virtual bool needs_names() const { return true; }
  virtual ExitStatus work(Session& session, const std::vector<std::string>& names) = 0;
  SharedOptions& m_shared;  // NOLINT: of the modes
};

/// Main job; each keeps a reference.
Commands queue_command(SharedOptions& shared);
/// --list, --cancel, --retarget
Commands run_modes(SharedOptions& shared);
/// --pause, --resume, --resume-sweep
Commands queue_modes(SharedOptions& shared);
/// --hold, --release
Commands hold_modes(SharedOptions& shared);

/// What to do where no workspace is named.
inline constexpr const char* k_name_some = "name at least one, or use --list";
/// Of every record that ws-schedule prints.
const std::vector<std::string>& schedule_columns();
/// @returns the worst status of the records
ExitStatus print(Session& session, const std::vector<upgrade::ScheduleRecord>& records);
/// Says on stderr that the queue is paused, where it is.
void warn_of_pause(Session& session);
/// @throws UsageError for what cannot be a sweep's name
void check_sweep_name(const char* option, const std::string& name);

}  // namespace upkeep::tools
