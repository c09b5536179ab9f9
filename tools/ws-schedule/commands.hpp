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

/// Main job; each keeps a reference.
Commands queue_command(SharedOptions& shared);
/// --list, --cancel, --retarget
Commands run_modes(SharedOptions& shared);
/// --pause, --resume, --resume-sweep
Commands queue_modes(SharedOptions& shared);
/// --hold, --release
Commands hold_modes(SharedOptions& shared);

/// Of every record that ws-schedule prints.
const std::vector<std::string>& schedule_columns();
/// @returns the worst status of the records
ExitStatus print(Session& session, const std::vector<upgrade::ScheduleRecord>& records);
/// Says on stderr that the queue is paused, where it is.
void warn_of_pause(Session& session);
/// @throws UsageError for what cannot be a sweep's name
void check_sweep_name(const char* option, const std::string& name);

}  // namespace upkeep::tools
