// SPDX-License-Identifier: MIT
// systemd's journal, by its native protocol: one datagram per entry.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep {

/// The priorities of syslog(3) that we use.
enum class Severity { error = 3, warning = 4, info = 6 };

/// The fields of an entry, such as `MESSAGE` and `PRIORITY`.
using JournalFields = std::vector<std::pair<std::string_view, std::string>>;

/// The datagram of an entry: `NAME=value` and a line end for each field; a value with line ends is
/// preceded by its length instead.
std::string journal_entry(const JournalFields& fields);

/// Sends an entry to the journal of this machine, without waiting. @returns whether there is one
/// that took it; a message that is too long for a datagram is not taken
bool send_to_journal(const JournalFields& fields) noexcept;

}  // namespace upkeep
