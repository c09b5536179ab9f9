// SPDX-License-Identifier: MIT
// Migrations as SQL files: share/schema/ROOM/NNN-WHAT.sql, embedded at build time.
#pragma once

#include "db/migration.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::db {

/// One embedded file.
struct SchemaFile {
  int version;            ///< the number at the start of its name
  std::string_view name;  ///< for messages
  std::string_view sql;
};

/// The statements of an SQL script, without comments and without the `;` that ends each. Supports
/// what migrations need: comments from `--` to the end of the line, and text in '', "" or ``, in
/// which a doubled quote stands for itself. A backslash in quotes is refused because its meaning
/// depends on sql_mode.
/// @throws Error(internal) for that, an unclosed quote, and a last statement without `;`
std::vector<std::string> statements_of(std::string_view sql);

/// Parses a migration file. A line `-- min_writer: VERSION` sets Migration::min_writer.
/// @throws Error(internal), naming the file
Migration migration_of(const SchemaFile& file);

/// @pre the files are numbered consecutively from 1
std::vector<Migration> migrations_of(const std::vector<SchemaFile>& files);

}  // namespace upkeep::db
