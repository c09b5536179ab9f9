// SPDX-License-Identifier: MIT
#include "db/schema_file.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::db {

namespace {

/// The position after the closing quote of the quoted text that begins at `start`.
std::size_t end_of_quoted(std::string_view sql, std::size_t start) {
  const char quote = sql[start];
  for (std::size_t i = start + 1; i < sql.size(); ++i) {
    if (sql[i] == '\\') throw upkeep::Error(ExitStatus::internal, "a backslash in quotes");
    if (sql[i] != quote) continue;
    if (i + 1 < sql.size() && sql[i + 1] == quote) {
      ++i;
      continue;
    }
    return i + 1;
  }
  throw upkeep::Error(ExitStatus::internal, "a quote is not closed");
}

bool begins_comment(std::string_view sql, std::size_t at) {
  if (sql.substr(at, 2) != "--") return false;
  return at + 2 == sql.size() || sql[at + 2] == ' ' || sql[at + 2] == '\n';
}

std::string min_writer_of(std::string_view sql) {
  constexpr std::string_view k_key = "-- min_writer:";
  for (const std::string& line : split(sql, '\n')) {
    if (line.starts_with(k_key)) return std::string(trim(line.substr(k_key.size())));
  }
  return {};
}

}  // namespace

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  for (std::size_t i = 0; i < sql.size();) {
    const char c = sql[i];
    if (c == '\'' || c == '"' || c == '`') {
      const std::size_t end = end_of_quoted(sql, i);
      statement += sql.substr(i, end - i);
      i = end;
    } else if (begins_comment(sql, i)) {
      i = std::min(sql.find('\n', i), sql.size());
    } else if (c == ';') {
      statements.emplace_back(trim(statement));
      statement.clear();
      ++i;
    } else {
      statement += c;
      ++i;
    }
  }
  if (!trim(statement).empty()) {
    throw upkeep::Error(ExitStatus::internal, "the last statement does not end with ';'");
  }
  return statements;
}

Migration migration_of(const SchemaFile& file) {
  try {
    return {.version = file.version,
            .statements = statements_of(file.sql),
            .min_writer = min_writer_of(file.sql)};
  } catch (const upkeep::Error& error) {
    throw upkeep::Error(ExitStatus::internal, fmt::format("{}: {}", file.name, error.what()));
  }
}

std::vector<Migration> migrations_of(const std::vector<SchemaFile>& files) {
  std::vector<Migration> migrations;
  migrations.reserve(files.size());
  for (const SchemaFile& file : files) migrations.push_back(migration_of(file));
  return migrations;
}

}  // namespace upkeep::db
