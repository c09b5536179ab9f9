// SPDX-License-Identifier: MIT
// Reads names: operands, or records on stdin (upkeep(7), PIPES).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// Reads records from a descriptor without waiting for more than the next record.
class RecordReader {
 public:
  static constexpr std::size_t k_limit = 1024UL * 1024;

  /// @param separator '\n', or '\0' with --null. Does not own `fd`.
  /// @param limit the maximum length of a record in bytes
  RecordReader(int fd, char separator, std::size_t limit = k_limit)
      : m_fd(fd), m_separator(separator), m_limit(limit) {}

  /// The next record without its separator, the first one without a byte order mark; nullopt at the
  /// end.
  /// @throws Error(no_input) if reading fails, DataError for a record longer than the limit (the
  /// next call returns the record after it).
  std::optional<std::string> next();

 private:
  void skip_mark();

  int m_fd;
  char m_separator;
  std::size_t m_limit;
  bool m_begun = false;  // the byte order mark has been handled
  bool m_end = false;
  bool m_skipping = false;     // skipping the rest of an overlong record
  std::size_t m_start = 0;     // start of the next record
  std::size_t m_searched = 0;  // no separator between m_start and here
  std::string m_buffer;
};

struct NameSource {
  std::vector<std::string> operands;
  int in_fd = 0;
  bool in_tty = false;
  bool null_separated = false;
  std::string_view key = "workspace";  ///< in a JSON object, or the first column's name
  std::string_view other_key = {};     ///< used if an object has no string under `key`
};

/// Calls `take` for every name, in order: the operands; stdin for the operand `-`; stdin alone if
/// there is no operand and stdin is not a terminal. Stdin contains lines or JSON: objects with the
/// key, or arrays of them, on one or more lines. A first line with column names is not a name; it
/// determines the column that has the names. All input is read before any name is taken: if a
/// record has no name, every such record is passed to `reject` with the reason, and no name is
/// taken.
/// @returns whether there was a source (false: no operands, and stdin is a terminal)
/// @throws UsageError for an empty operand, Error(no_input) if stdin cannot be read
bool for_each_name(
    const NameSource& source, const std::function<void(std::string)>& take,
    const std::function<void(const std::string& record, const std::string& why)>& reject);

}  // namespace upkeep
