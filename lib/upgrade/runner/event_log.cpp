// SPDX-License-Identifier: MIT
#include "upgrade/runner/event_log.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/warning.hpp"

#include <fmt/format.h>

#include <mutex>

#include <unistd.h>

namespace upkeep::upgrade {

namespace {

/// Once in a process, however many logs it opens.
void warn_of_no_journal() {
  static std::once_flag warned;
  std::call_once(warned, [] {
    warn("systemd's journal takes no entries ([log] to): events are written to upkeep.log");
  });
}

}  // namespace

void EventLog::write(std::string_view workspace, std::optional<std::int64_t> run,
                     std::string_view text, Severity severity) const {
  std::string message = workspace.empty() ? "-" : printable(workspace);
  if (run) message += fmt::format(" run={}", *run);
  message += " " + printable(text);
  if (m_to == config::LogTo::journal) {
    if (write_to_journal(workspace, run, message, severity)) return;
    warn_of_no_journal();
  }
  const std::string line =
      fmt::format("{} {}[{}] {}\n", iso8601(wall_now()), m_tool, ::getpid(), message);
  try {
    const Fd file = open_for_append(m_log_dir / "upkeep.log", 0640);
    (void)write_all(file.get(), line);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): see the class comment
  }
}

bool EventLog::write_to_journal(std::string_view workspace, std::optional<std::int64_t> run,
                                const std::string& message, Severity severity) const {
  JournalFields fields{{"MESSAGE", message},
                       {"PRIORITY", fmt::format("{}", static_cast<int>(severity))},
                       {"SYSLOG_IDENTIFIER", m_tool},
                       {"SYSLOG_PID", fmt::format("{}", ::getpid())}};
  if (!workspace.empty()) fields.emplace_back("UPKEEP_WORKSPACE", printable(workspace));
  if (run) fields.emplace_back("UPKEEP_RUN", fmt::format("{}", *run));
  return send_to_journal(fields);
}

Severity severity_of(RunState ending) {
  switch (ending) {
    case RunState::failed:
    case RunState::lost:
      return Severity::error;
    case RunState::interrupted:
      return Severity::warning;
    default:
      return Severity::info;
  }
}

std::string signature(const std::string& who, const std::optional<std::string>& why) {
  return why ? who + ": " + *why : who;
}

}  // namespace upkeep::upgrade
