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
  static constexpr std::size_t k_limit = 1024UL * 1024;

  /// @param separator '\n', or '\0' with --null. Does not own `fd`.
  /// @param limit the bytes of the longest record
  RecordReader(int fd, char separator, std::size_t limit = k_limit)
      : m_fd(fd), m_separator(separator), m_limit(limit) {}

  /// The next record without its separator, the first one without a byte order mark; nullopt at the
  /// end.
  /// @throws Error(no_input) when reading fails, DataError for a record longer than the limit (the
  /// next call gives the one after it).
  std::optional<std::string> next();

 private:
  void skip_mark();

  int m_fd;
  char m_separator;
  std::size_t m_limit;
  bool m_begun = false;  // a byte order mark was looked for
  bool m_end = false;
  bool m_skipping = false;     // the rest of a record that is too long
  std::size_t m_start = 0;     // of the next record
  std::size_t m_searched = 0;  // up to here there is no separator behind m_start
  std::string m_buffer;
};

struct NameSource {
  std::vector<std::string> operands;
  int in_fd = 0;
  bool in_tty = false;
  bool null_separated = false;
  std::string_view key = "workspace";  ///< of a JSON object, or the first column's name
  std::string_view other_key = {};     ///< where an object has no text under `key`
};

/// Calls `take` for every name, in order: the operands; stdin for the operand `-`; stdin alone
/// where there is no operand and it is not a terminal. On stdin stand lines or JSON: objects with
/// the key, or arrays of them, on one line or many. A first line with the names of the columns is
/// no name; it says which column has them. Everything is read before anything is taken: where a
/// record is none, each such record is given to `reject` with the reason, and nothing is taken.
/// @returns whether there was any source at all (false: nothing named on a terminal).
/// @throws UsageError for an empty operand, Error(no_input) where stdin cannot be read
bool for_each_name(
    const NameSource& source, const std::function<void(std::string)>& take,
    const std::function<void(const std::string& record, const std::string& why)>& reject);

}  // namespace upkeep
