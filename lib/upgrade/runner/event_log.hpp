// SPDX-License-Identifier: MIT
#pragma once

#include "base/journal.hpp"
#include "config/config.hpp"
#include "upgrade/model/run.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The events of upgrades: one line each in `<log_dir>/upkeep.log`, appended by all processes
/// concurrently, or an entry of systemd's journal (`[log] to`). Without a journal the file is used,
/// with one warning. An event that cannot be written is lost: it is for people, and no tool depends
/// on it.
class EventLog {
 public:
  EventLog(const config::Config& config, std::string tool)
      : m_log_dir(config.upgrade.log_dir), m_to(config.log.to), m_tool(std::move(tool)) {}

  /// `2026-01-02T03:04:05Z tool[pid] workspace run=12 text`
  void write(std::string_view workspace, std::optional<std::int64_t> run, std::string_view text,
             Severity severity = Severity::info) const;

 private:
  [[nodiscard]] bool write_to_journal(std::string_view workspace, std::optional<std::int64_t> run,
                                      const std::string& message, Severity severity) const;

  std::filesystem::path m_log_dir;
  config::LogTo m_to;
  std::string m_tool;
};

/// Of the end of a run.
Severity severity_of(RunState ending);

/// Who did something, and why: `ann: the dump was restored`; `ann` if no reason was given.
std::string signature(const std::string& who, const std::optional<std::string>& why);

}  // namespace upkeep::upgrade
