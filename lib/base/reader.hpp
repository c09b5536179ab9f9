// SPDX-License-Identifier: MIT
// Names in: operands, or records on stdin (upkeep(7), PIPES).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// Reads a descriptor piece by piece, record by record, without waiting for more than one record.
class RecordReader {
 public:
  /// @param separator '\n', or '\0' with --null. Does not own `fd`.
  RecordReader(int fd, char separator) : m_fd(fd), m_separator(separator) {}

  /// The next record without its separator; nullopt at the end.
  /// @throws Error(no_input) when reading fails, DataError for a record longer than 1 MiB (the next
  /// call gives the one after it).
  std::optional<std::string> next();

 private:
  int m_fd;
  char m_separator;
  bool m_end = false;
  bool m_skipping = false;     // the rest of a record that is too long
  std::size_t m_start = 0;     // of the next record
  std::size_t m_searched = 0;  // up to here there is no separator behind m_start
  std::string m_buffer;
};

/// What a record is about: `key` of a JSON object where it starts with `{`, else its first
/// tab-separated field. nullopt for an empty record (skip it).
/// @throws DataError on broken JSON or a missing key.
std::optional<std::string> subject_of(std::string_view record, std::string_view key);

struct NameSource {
  std::vector<std::string> operands;
  int in_fd = 0;
  bool in_tty = false;
  bool null_separated = false;
  std::string_view key = "workspace";
};

/// Calls `take` for every name, in order, as it arrives: the operands; stdin for the operand `-`;
/// stdin alone where there is no operand and it is not a terminal. A record that is no record is
/// given to `reject` with the reason. @returns whether there was any source at all (false: nothing
/// named on a terminal).
/// @throws UsageError for an empty operand, before anything is taken.
bool for_each_name(
    const NameSource& source, const std::function<void(std::string)>& take,
    const std::function<void(const std::string& record, const std::string& why)>& reject);

}  // namespace upkeep
