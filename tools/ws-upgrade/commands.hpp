// SPDX-License-Identifier: MIT
// What ws-upgrade does: upgrade the workspaces it is given, which is its main job, and modes.
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
  /// The configuration with --timeout, and `upgrade` with the person. @throws ConfigError
  [[nodiscard]] config::Config complete(Session& session);
};

/// Records on stdout, each as soon as it is known. An upgrade goes on when their reader leaves, or
/// the disk they go to is full.
class RecordStream {
 public:
  RecordStream(Session& session, const std::vector<std::string>& columns)
      : m_io(session.io), m_out(session.printer(columns, true)) {}
  void print(const Record& record);
  void finish();
  /// write_error where records could not be written, else ok.
  [[nodiscard]] ExitStatus status() const { return m_status; }

 private:
  void write(const std::function<void()>& what);
  Io& m_io;
  std::unique_ptr<Printer> m_out;
  ExitStatus m_status = ExitStatus::ok;
};

/// Of a run's record.
const std::vector<std::string>& run_columns();
Record run_record(const upgrade::RunReport& report);

/// The main job and --accept.
Commands name_commands(SharedOptions& shared);
/// --drain
Commands drain_mode(SharedOptions& shared);
/// --break-lease
Commands break_lease_mode(SharedOptions& shared);

}  // namespace upkeep::tools
