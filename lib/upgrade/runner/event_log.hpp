// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// `<log_dir>/upkeep.log`: one line per event, appended by all processes concurrently. A line that
/// cannot be written is lost: the log is for people, and no tool depends on it.
class EventLog {
 public:
  EventLog(std::filesystem::path log_dir, std::string tool)
      : m_log_dir(std::move(log_dir)), m_tool(std::move(tool)) {}

  /// `2026-01-02T03:04:05Z tool[pid] workspace run=12 text`
  void write(std::string_view workspace, std::optional<std::int64_t> run,
             std::string_view text) const;

 private:
  std::filesystem::path m_log_dir;
  std::string m_tool;
};

/// Who did something, and why: `ann: the dump was restored`; `ann` if no reason was given.
std::string signature(const std::string& who, const std::optional<std::string>& why);

}  // namespace upkeep::upgrade
