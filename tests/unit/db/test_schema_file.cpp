// SPDX-License-Identifier: MIT
#include "db/schema_file.hpp"

#include "base/error.hpp"
#include "patch/store/history_chain.hpp"
#include "patch/store/schema.hpp"
#include "support.hpp"
#include "upgrade/store/schema.hpp"

#include <algorithm>
#include <cctype>

namespace {

using upkeep::db::migration_of;
using upkeep::db::SchemaFile;
using upkeep::db::statements_of;
using Statements = std::vector<std::string>;

std::string without_blanks(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

}  // namespace

TEST_CASE("statements end at a semicolon") {
  CHECK(statements_of("").empty());
  CHECK(statements_of("  \n-- nothing\n").empty());
  CHECK(statements_of("DO 0;") == Statements{"DO 0"});
  CHECK(statements_of("DO 0;\nDO 1 ;\n\nDO\n  2;\n") == Statements{"DO 0", "DO 1", "DO\n  2"});
  CHECK(statements_of("DO 0; DO 1;") == Statements{"DO 0", "DO 1"});
}

TEST_CASE("what is quoted stays as it is") {
  CHECK(statements_of("SET @a = ';'; DO 0;") == Statements{"SET @a = ';'", "DO 0"});
  CHECK(statements_of("SET @a = 'it''s; -- here';") == Statements{"SET @a = 'it''s; -- here'"});
  CHECK(statements_of("SET @a = \"'\"; DO `;`;") == Statements{"SET @a = \"'\"", "DO `;`"});
  CHECK(statements_of("SET @a = '';") == Statements{"SET @a = ''"});
  CHECK(statements_of("SET @a = 'ü\n;';") == Statements{"SET @a = 'ü\n;'"});
}

TEST_CASE("comments end with their line") {
  CHECK(statements_of("-- it's; a comment\nDO 0; -- another; one\nDO 1;\n--") ==
        Statements{"DO 0", "DO 1"});
  CHECK(statements_of("SELECT 1 -- one;\n  + 2;") == Statements{"SELECT 1 \n  + 2"});
  CHECK(statements_of("SELECT 1--1;") == Statements{"SELECT 1--1"});
}

TEST_CASE("a script that can be misread is refused") {
  for (const char* sql : {"DO 0", "DO 0; DO 1", "SET @a = 'open;", "SET @a = 'a\\'b';", "DO `a;"}) {
    CAPTURE(sql);
    CHECK_THROWS_AS(statements_of(sql), upkeep::Error);
  }
}

TEST_CASE("a migration says who may go on writing") {
  const SchemaFile plain{.version = 3, .name = "003-x.sql", .sql = "-- x\nDO 0;\n"};
  CHECK(migration_of(plain).version == 3);
  CHECK(migration_of(plain).statements == Statements{"DO 0"});
  CHECK(migration_of(plain).min_writer.empty());
  const SchemaFile older{
      .version = 4, .name = "004-y.sql", .sql = "-- y\n-- min_writer: 0.2.0\nDO 0;\n"};
  CHECK(migration_of(older).min_writer == "0.2.0");
  const SchemaFile wrong{.version = 5, .name = "005-z.sql", .sql = "DO 0"};
  CHECK_THROWS_WITH(migration_of(wrong), upkeep::test::contains("005-z.sql: "));
}

TEST_CASE("the embedded migrations count up") {
  for (const auto* migrations : {&upkeep::upgrade::migrations(), &upkeep::patch::migrations()}) {
    int before = 0;
    for (const auto& migration : *migrations) {
      CHECK(migration.version > before);
      before = migration.version;
      CHECK_FALSE(migration.statements.empty());
    }
  }
  CHECK(upkeep::upgrade::newest_schema() == upkeep::upgrade::migrations().back().version);
  CHECK(upkeep::patch::newest_schema() == upkeep::patch::migrations().back().version);
}

TEST_CASE("the migration that begins the hash chains hashes what is verified") {
  const std::string verified = without_blanks(upkeep::patch::earlier_events_sql(""));
  const auto& statements = upkeep::patch::migrations().at(3).statements;
  CHECK(std::any_of(statements.begin(), statements.end(), [&](const std::string& statement) {
    return without_blanks(statement).find(verified) != std::string::npos;
  }));
}
