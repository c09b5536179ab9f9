// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/sql_dump.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upkeep::patch {

namespace {

constexpr const char* k_objects = "SYSTEM_LOB_STREAM";

bool is_blank(int c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool is_word(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || c >= 0x80;
}

std::string capitals(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

/// What begins an entry of CREATE TABLE that is not a column.
bool is_constraint(const std::string& word) {
  constexpr std::array k_words{"PRIMARY", "KEY",      "UNIQUE",  "CONSTRAINT", "FOREIGN",
                               "INDEX",   "FULLTEXT", "SPATIAL", "CHECK",      "PERIOD"};
  return std::find(k_words.begin(), k_words.end(), word) != k_words.end();
}

}  // namespace

const DumpValue* DumpRow::find(std::string_view column) const {
  for (std::size_t i = 0; i < m_columns.size() && i < m_values.size(); ++i) {
    if (m_columns[i] == column) return &m_values[i];
  }
  return nullptr;
}

std::string DumpRow::text(std::string_view column) const {
  const DumpValue* value = find(column);
  return value == nullptr ? std::string() : value->text.value_or("");
}

std::int64_t DumpRow::number(std::string_view column) const {
  const std::string digits = text(column);
  if (digits.empty()) return 0;
  if (const auto number = to_integer(digits)) return *number;
  throw DataError(fmt::format("{}.{}: '{}' is not a number", m_table, column,
                              ellipsized(printable(digits), 40)));
}

SqlDump::SqlDump(DumpBytes::Source source) : m_bytes(std::move(source)) {
  find_dialect();
}

void SqlDump::fail(const std::string& why) const {
  throw DataError(fmt::format("byte {}: {}", m_bytes.offset(), why), "is it a complete SQL dump?");
}

/// The first bytes of a dump say what wrote it.
void SqlDump::find_dialect() {
  constexpr std::size_t k_head = 4096;
  std::string head;
  while (head.size() < k_head && m_bytes.peek() != DumpBytes::k_end) {
    head += static_cast<char>(m_bytes.get());
  }
  if (head.find('\0') != std::string::npos) {
    throw DataError("not an SQL dump: its first lines contain NUL characters",
                    "if it is compressed, decompress it first");
  }
  m_h2 = head.starts_with("-- H2 ") || head.find("CREATE USER IF NOT EXISTS") != std::string::npos;
  // mysqldump's default, which it states unless it states no setting at all.
  const bool settings = head.find("SET @OLD_") != std::string::npos;
  m_utc = !m_h2 && (!settings || head.find("SET TIME_ZONE='+00:00'") != std::string::npos);
  m_commented = head.find("-- MySQL dump") != std::string::npos ||
                head.find("-- MariaDB dump") != std::string::npos;
}

void SqlDump::for_each_row(const std::set<std::string>& tables,
                           const std::function<void(const DumpRow&)>& take) {
  m_bytes.seek(0);
  m_seen.clear();
  m_completed = false;
  while (true) {
    skip_blanks();
    const int c = m_bytes.peek();
    if (c == DumpBytes::k_end) break;
    const std::string first = is_word(c) ? word() : std::string();
    if (first == "INSERT" || first == "REPLACE") {
      read_insert(tables, take);
    } else if (first == "CREATE") {
      read_create();
    } else {
      skip_statement();
    }
  }
  if (m_commented && !m_completed) {
    throw DataError("the line '-- Dump completed' at its end is missing: the dump is truncated",
                    "make it again");
  }
}

DumpValue SqlDump::value_at(std::uint64_t offset) {
  m_bytes.seek(offset);
  m_row_bytes = 0;
  return value();
}

void SqlDump::skip_line() {
  std::string line;
  m_bytes.take_until('\n', '\n', m_commented && !m_completed ? &line : nullptr);
  if (line.starts_with("-- Dump completed")) m_completed = true;
}

/// Also those that a server would execute: they contain settings.
void SqlDump::skip_comment() {
  m_bytes.get();
  m_bytes.get();
  while (true) {
    m_bytes.take_until('*', '*', nullptr);
    if (m_bytes.get() == DumpBytes::k_end) fail("a comment does not end: the dump is truncated");
    if (m_bytes.peek() == '/') break;
  }
  m_bytes.get();
}

void SqlDump::skip_blanks() {
  while (true) {
    const int c = m_bytes.peek();
    if (is_blank(c)) {
      m_bytes.get();
    } else if (c == '#' || (c == '-' && m_bytes.peek_second() == '-')) {
      skip_line();
    } else if (c == '/' && m_bytes.peek_second() == '*') {
      skip_comment();
    } else {
      return;
    }
  }
}

/// @pre the opening quote has been taken
void SqlDump::skip_string(char quote) {
  const bool escapes = !m_h2 && quote != '`';
  while (true) {
    m_bytes.take_until(quote, escapes ? '\\' : quote, nullptr);
    const int c = m_bytes.get();
    if (c == DumpBytes::k_end) fail("a string does not end: the dump is truncated");
    // An escaped character, or a doubled quote.
    if (c != '\\' && m_bytes.peek() != quote) return;
    m_bytes.get();
  }
}

void SqlDump::skip_statement() {
  while (true) {
    skip_blanks();
    const int c = m_bytes.get();
    if (c == DumpBytes::k_end || c == ';') return;
    if (c == '\'' || c == '"' || c == '`') skip_string(static_cast<char>(c));
  }
}

/// Up to the comma or parenthesis that ends an entry of a list, which is not taken.
void SqlDump::skip_group() {
  int depth = 0;
  while (true) {
    skip_blanks();
    const int c = m_bytes.peek();
    if (c == DumpBytes::k_end) fail("a statement does not end: the dump is truncated");
    if (depth == 0 && (c == ',' || c == ')')) return;
    m_bytes.get();
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == '\'' || c == '"' || c == '`') skip_string(static_cast<char>(c));
  }
}

/// The word at the position, in capitals; empty if there is none.
std::string SqlDump::word() {
  constexpr std::size_t k_longest = 200;
  std::string text;
  while (is_word(m_bytes.peek())) {
    text += static_cast<char>(m_bytes.get());
    if (text.size() > k_longest) fail("a word of more than 200 bytes");
  }
  return capitals(std::move(text));
}

/// An identifier, quoted or not, in capitals.
std::string SqlDump::name() {
  skip_blanks();
  const int c = m_bytes.peek();
  if (c != '`' && c != '"') return word();
  m_bytes.get();
  std::string text;
  m_bytes.take_until(static_cast<char>(c), static_cast<char>(c), &text);
  if (m_bytes.get() == DumpBytes::k_end) fail("a name does not end: the dump is truncated");
  return capitals(std::move(text));
}

/// Without the name of its schema.
std::string SqlDump::qualified_name() {
  std::string text = name();
  skip_blanks();
  while (m_bytes.peek() == '.') {
    m_bytes.get();
    text = name();
    skip_blanks();
  }
  return text;
}

/// Learns the columns of a table, for rows that do not name them.
void SqlDump::read_create() {
  constexpr int k_most = 5;  // CREATE CACHED LOCAL TEMPORARY TABLE
  bool table = false;
  for (int i = 0; i < k_most && !table; ++i) {
    skip_blanks();
    table = word() == "TABLE";
  }
  if (!table) return skip_statement();
  std::string called = qualified_name();
  if (called == "IF") {
    (void)name();
    (void)name();
    called = qualified_name();
  }
  if (m_bytes.peek() != '(') return skip_statement();
  std::vector<std::string> columns;
  do {
    m_bytes.get();
    skip_blanks();
    const bool quoted = m_bytes.peek() == '`' || m_bytes.peek() == '"';
    std::string column = name();
    if (quoted || !is_constraint(column)) columns.push_back(std::move(column));
    skip_group();
  } while (m_bytes.peek() == ',');
  m_seen.insert(called);
  m_columns[called] = std::move(columns);
  skip_statement();
}

std::vector<std::string> SqlDump::column_list() {
  std::vector<std::string> columns;
  do {
    m_bytes.get();
    columns.push_back(name());
    skip_blanks();
  } while (m_bytes.peek() == ',');
  if (m_bytes.get() != ')') fail("a list of columns does not end");
  skip_blanks();
  return columns;
}

void SqlDump::read_insert(const std::set<std::string>& tables,
                          const std::function<void(const DumpRow&)>& take) {
  std::string table = qualified_name();
  while (table == "INTO" || table == "IGNORE" || table == "DELAYED" || table == "LOW_PRIORITY") {
    table = qualified_name();
  }
  m_seen.insert(table);
  const bool object = table == k_objects;
  if (!object && !tables.contains(table)) return skip_statement();
  std::vector<std::string> columns;
  if (m_bytes.peek() == '(') {
    columns = column_list();
  } else if (const auto known = m_columns.find(table); known != m_columns.end()) {
    columns = known->second;
  } else {
    throw DataError(fmt::format("{}: neither its rows nor a CREATE TABLE name the columns", table),
                    "dump with the definitions of the tables, or with --complete-insert");
  }
  const std::string values = word();
  if (values != "VALUES" && values != "VALUE") return skip_statement();
  if (object) {
    read_rows(table, columns, [this](const DumpRow& row) { note_large_object(row); });
  } else {
    read_rows(table, columns, take);
  }
}

void SqlDump::read_rows(const std::string& table, const std::vector<std::string>& columns,
                        const std::function<void(const DumpRow&)>& take) {
  std::vector<DumpValue> values;
  while (true) {
    skip_blanks();
    if (m_bytes.peek() != '(') fail("a row of values is expected");
    read_row(values);
    if (values.size() != columns.size()) {
      fail(fmt::format("{}: {} values for {} columns", table, values.size(), columns.size()));
    }
    const std::uint64_t after = m_bytes.offset();
    take(DumpRow(table, columns, values));
    m_bytes.seek(after);  // it may have read another value
    skip_blanks();
    if (m_bytes.peek() != ',') break;
    m_bytes.get();
  }
  if (m_bytes.peek() == DumpBytes::k_end) fail("a statement does not end: the dump is truncated");
  skip_statement();
}

void SqlDump::read_row(std::vector<DumpValue>& values) {
  values.clear();
  m_row_bytes = 0;
  do {
    m_bytes.get();
    values.push_back(value());
    skip_blanks();
  } while (m_bytes.peek() == ',');
  if (m_bytes.get() != ')') fail("a row of values does not end");
}

}  // namespace upkeep::patch
