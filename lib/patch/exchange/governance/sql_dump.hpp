// SPDX-License-Identifier: MIT
// The rows of an SQL dump: of mysqldump and mariadb-dump, and of H2's SCRIPT. It reads a format:
// only INSERT statements and the columns of CREATE TABLE mean anything, and nothing is ever
// executed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// A value of a row.
struct DumpValue {
  std::optional<std::string> text;  ///< its bytes; nullopt: NULL
  std::uint64_t offset = 0;         ///< where it starts in the dump: see SqlDump::value_at()
  bool binary = false;              ///< written in hexadecimal
};

/// A row of a table.
class DumpRow {
 public:
  /// @param table in capitals. @param columns their names in capitals. Both are not owned.
  DumpRow(const std::string& table, const std::vector<std::string>& columns,
          const std::vector<DumpValue>& values)
      : m_table(table), m_columns(columns), m_values(values) {}

  [[nodiscard]] const std::string& table() const { return m_table; }
  /// nullptr if the table has no such column.
  [[nodiscard]] const DumpValue* find(std::string_view column) const;
  /// Empty for NULL and for a column that the table lacks.
  [[nodiscard]] std::string text(std::string_view column) const;
  /// 0 for NULL and for a column that the table lacks. @throws DataError if it is not a number
  [[nodiscard]] std::int64_t number(std::string_view column) const;

 private:
  const std::string& m_table;
  const std::vector<std::string>& m_columns;
  const std::vector<DumpValue>& m_values;
};

/// The bytes of a dump, with a position.
class DumpBytes {
 public:
  /// Reads up to `size` bytes at `offset`; 0 at the end.
  using Source = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

  explicit DumpBytes(Source source);

  static constexpr int k_end = -1;
  /// The next byte, or k_end.
  int peek() { return m_at < m_buffer.size() || fill() ? byte_at(m_at) : k_end; }
  int get();
  /// The one after it, or k_end.
  int peek_second();
  [[nodiscard]] std::uint64_t offset() const { return m_start + m_at; }
  void seek(std::uint64_t offset);
  /// Takes the bytes up to one of the two stops, which is not taken. @param to nullptr: dropped
  void take_until(char stop, char other, std::string* to);

 private:
  bool fill();
  [[nodiscard]] int byte_at(std::size_t at) const {
    return static_cast<unsigned char>(m_buffer[at]);
  }

  Source m_source;
  std::uint64_t m_start = 0;  // of the buffer, in the dump
  std::size_t m_at = 0;
  std::string m_buffer;
};

class SqlDump {
 public:
  /// A longer row is refused.
  static constexpr std::size_t k_longest_row = std::size_t{64} << 20U;

  explicit SqlDump(DumpBytes::Source source);

  /// Calls `take` for every row of these tables (in capitals), in the order of the dump.
  /// @throws DataError naming the byte where the dump is truncated or not SQL; what `take` throws
  void for_each_row(const std::set<std::string>& tables,
                    const std::function<void(const DumpRow&)>& take);
  /// The value at an offset that a row has had. @throws DataError
  [[nodiscard]] DumpValue value_at(std::uint64_t offset);
  /// Whether the last for_each_row() found the statement that creates a table, or rows of it.
  [[nodiscard]] bool has_table(const std::string& table) const { return m_seen.contains(table); }
  /// Whether its timestamps are in UTC; otherwise they are in the local time of the server.
  [[nodiscard]] bool is_utc() const { return m_utc; }

 private:
  [[noreturn]] void fail(const std::string& why) const;
  void find_dialect();
  void skip_blanks();
  void skip_line();
  void skip_comment();
  void skip_string(char quote);
  void skip_statement();
  void skip_group();
  std::string word();
  std::string name();
  std::string qualified_name();
  void read_create();
  void read_insert(const std::set<std::string>& tables,
                   const std::function<void(const DumpRow&)>& take);
  std::vector<std::string> column_list();
  void read_rows(const std::string& table, const std::vector<std::string>& columns,
                 const std::function<void(const DumpRow&)>& take);
  void read_row(std::vector<DumpValue>& values);
  DumpValue value();
  std::string string_literal(char quote);
  void read_escape(std::string& text);
  std::string hex_literal();
  DumpValue named_value(std::uint64_t offset);
  DumpValue call(const std::string& function);
  void note_large_object(const DumpRow& row);
  std::string large_object(std::int64_t id);
  void grow(std::size_t bytes);

  DumpBytes m_bytes;
  bool m_h2 = false;  // a backslash in a string is one
  bool m_utc = false;
  bool m_commented = false;  // it starts like mysqldump's output, which also marks its end
  bool m_completed = false;
  std::size_t m_row_bytes = 0;
  std::set<std::string> m_seen;
  std::map<std::string, std::vector<std::string>> m_columns;                // of created tables
  std::map<std::int64_t, std::map<std::int64_t, std::uint64_t>> m_objects;  // parts -> offset
};

}  // namespace upkeep::patch
