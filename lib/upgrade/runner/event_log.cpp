// SPDX-License-Identifier: MIT
#include "upgrade/runner/event_log.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upkeep::upgrade {

void EventLog::write(std::string_view workspace, std::optional<std::int64_t> run,
                     std::string_view text) const {
  std::string line = fmt::format("{} {}[{}] {} ", iso8601(wall_now()), m_tool, ::getpid(),
                                 workspace.empty() ? "-" : printable(workspace));
  if (run) line += fmt::format("run={} ", *run);
  line += printable(text) + "\n";
  try {
    const Fd file = open_for_append(m_log_dir / "upkeep.log", 0640);
    (void)write_all(file.get(), line);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): see the class comment
  }
}

std::string signature(const std::string& who, const std::optional<std::string>& why) {
  return why ? who + ": " + *why : who;
}

}  // namespace upkeep::upgrade
