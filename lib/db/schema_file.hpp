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
  int version;            ///< the number its name begins with
  std::string_view name;  ///< for messages
  std::string_view sql;
};

/// The statements of an SQL script, without comments and without the `;` that ends each. Knows what
/// migrations need: comments from `--` to the end of the line, and text in '', "" or ``, in which a
/// doubled quote means itself. What a server's sql_mode may read in two ways is refused: a
/// backslash in quotes.
/// @throws Error(internal) for that, an open quote, and a last statement without `;`
std::vector<std::string> statements_of(std::string_view sql);

/// The migration of a file. A line `-- min_writer: VERSION` sets Migration::min_writer.
/// @throws Error(internal), naming the file
Migration migration_of(const SchemaFile& file);

/// @pre the files count up from 1
std::vector<Migration> migrations_of(const std::vector<SchemaFile>& files);

}  // namespace upkeep::db
