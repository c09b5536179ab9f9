// SPDX-License-Identifier: MIT
// The commands of ws-upgrade: upgrading named workspaces, its main job, and its modes.
#pragma once

#include "base/interrupts.hpp"
#include "upgrade/model/stop_rules.hpp"
#include "upgrade_cli/session.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace upkeep::tools {

using upgrade_cli::Command;
using upgrade_cli::Commands;
using upgrade_cli::Session;

/// The operands and options that the main job shares with modes.
struct SharedOptions {
  std::vector<std::string> operands;
  std::string target, until, why;
  upgrade::UpgradeOptions upgrade;
  int wait = -1, timeout = -1;

  void declare(CLI::App& app);
  /// Completes `upgrade`. @throws UsageError
  void check();
  /// Adds the user to `upgrade`. @returns the configuration, with --timeout. @throws ConfigError
  [[nodiscard]] config::Config complete(Session& session);
};

/// Prints each record on stdout as soon as it is known. Upgrades continue if the reader exits or
/// the disk is full.
class RecordStream {
 public:
  RecordStream(Session& session, const std::vector<std::string>& columns)
      : m_io(session.io), m_out(session.printer(columns, true)) {}
  void print(const Record& record);
  void finish();
  /// write_error if records could not be written, otherwise ok.
  [[nodiscard]] ExitStatus status() const { return m_status; }

 private:
  void write(const std::function<void()>& what);
  Io& m_io;
  std::unique_ptr<Printer> m_out;
  ExitStatus m_status = ExitStatus::ok;
};

/// The columns of a run's record.
const std::vector<std::string>& run_columns();
Record run_record(const upgrade::RunReport& report);

/// The main job and --accept.
Commands name_commands(SharedOptions& shared);
/// --drain
Commands drain_mode(SharedOptions& shared);
/// --break-lease
Commands break_lease_mode(SharedOptions& shared);

}  // namespace upkeep::tools
