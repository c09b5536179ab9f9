// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "patch/exchange/governance/sql_dump.hpp"

#include <algorithm>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT
using namespace std::string_literals;

namespace {

DumpBytes::Source bytes_of(const std::string& text) {
  return [text](std::uint64_t offset, char* to, std::size_t size) {
    if (offset >= text.size()) return std::size_t{0};
    const std::size_t count = std::min(size, text.size() - static_cast<std::size_t>(offset));
    std::copy_n(text.data() + offset, count, to);
    return count;
  };
}

/// The values of a table, each row as `a|b`, NULL as `~`.
std::vector<std::string> dump_rows(const std::string& text, const std::string& table = "T") {
  SqlDump dump(bytes_of(text));
  std::vector<std::string> all;
  dump.for_each_row({table}, [&](const DumpRow& row) {
    std::string line;
    for (const char* column : {"A", "B"}) {
      const DumpValue* value = row.find(column);
      if (value != nullptr) line += (line.empty() ? "" : "|") + value->text.value_or("~");
    }
    all.push_back(line);
  });
  return all;
}

std::string dump_refusal(const std::string& text) {
  try {
    (void)dump_rows(text);
  } catch (const DataError& error) {
    return error.what();
  }
  return {};
}

using RowTexts = std::vector<std::string>;

}  // namespace

TEST_CASE("SQL dump: rows get their columns from CREATE TABLE or their own list", "[sql-dump]") {
  const std::string create =
      "CREATE TABLE `t` (\n  `A` int(11) NOT NULL DEFAULT 'x,)',\n  `b` decimal(10,2) COMMENT "
      "'(',\n"
      "  PRIMARY KEY (`A`,`b`),\n  KEY `k` (`b`)\n) ENGINE=InnoDB;\n";
  CHECK(dump_rows(create + "INSERT INTO `t` VALUES (1,'x'),(2,NULL);") == RowTexts{"1|x", "2|~"});
  CHECK(dump_rows("INSERT INTO s.T (B, `A`) VALUES ('b', -1.5e3);") == RowTexts{"-1.5e3|b"});
  CHECK(dump_rows("INSERT IGNORE INTO t(A) VALUES (TRUE) ON DUPLICATE KEY UPDATE A=');';\n"
                  "REPLACE INTO t(A) VALUE (false);") == RowTexts{"1", "0"});
  CHECK_THAT(dump_refusal("INSERT INTO t VALUES (1);"), Catch::Matchers::StartsWith("T: neither"));
  CHECK_THAT(dump_refusal(create + "INSERT INTO t VALUES (1);"),
             test::contains("T: 1 values for 2 columns"));
}

TEST_CASE("SQL dump: what is not a row of the table is skipped", "[sql-dump]") {
  const std::string text =
      "-- INSERT INTO T(A) VALUES (1);\n# INSERT INTO T(A) VALUES (2);\n"
      "/*!40101 SET NAMES utf8 */;\n/* INSERT INTO T(A) VALUES (3); */\n"
      "INSERT INTO U(A) VALUES ('INSERT INTO T(A) VALUES (4);'),(\"\\\";\"),('a''b;');\n"
      "LOCK TABLES `T;` WRITE;\nINSERT INTO T(A) SELECT 'VALUES (5);';\n"
      "INSERT INTO T(A) VALUES (6) -- )\n;";
  CHECK(dump_rows(text) == RowTexts{"6"});
}

TEST_CASE("SQL dump: values are bytes", "[sql-dump]") {
  const auto value = [](const std::string& literal) {
    return dump_rows("INSERT INTO T(A) VALUES (" + literal + ");").at(0);
  };
  CHECK(value("'a\\'b''c\\\\d\\n\\r\\t\\Z\\%\\q'") == "a'b'c\\d\n\r\t\x1A\\%q");
  CHECK(value("'\\0'") == "\0"s);
  CHECK(value("\"a'b\"\"c\"") == "a'b\"c");
  CHECK(value("0x414200ff") == "AB\0\xff"s);
  CHECK(value("X'4142'") == "AB");
  CHECK(value("_binary '\xff;\\''") == "\xff;'");
  CHECK(value("_utf8mb4 0x41") == "A");
  CHECK(value("''").empty());
  const std::string large(3U << 20U, 'x');
  CHECK(value("'" + large + "\\'" + large + "'").size() == 2 * large.size() + 1);
}

TEST_CASE("SQL dump: H2 writes strings without escapes, and large values in parts", "[sql-dump]") {
  const std::string head = "CREATE USER IF NOT EXISTS SA SALT '00' HASH '00' ADMIN;\n";
  const auto value = [&](const std::string& literal) {
    return dump_rows(head + "INSERT INTO PUBLIC.T(A) VALUES\n(" + literal + ");").at(0);
  };
  CHECK(value("'a\\''b'") == "a\\'b");
  CHECK(value("STRINGDECODE('a\\nb\\u00e9\\ud83d\\ude00\\\\')") ==
        "a\nb\xC3\xA9\xF0\x9F\x98\x80\\");
  CHECK(value("U&'\\00e9\\\\'") == "\xC3\xA9\\");
  CHECK(value("TIMESTAMP '2013-01-02 03:04:05.0'") == "2013-01-02 03:04:05.0");
  CHECK(value("CAST(X'41' AS BLOB)") == "A");
  const std::string parts =
      "CREATE TABLE IF NOT EXISTS SYSTEM_LOB_STREAM(ID INT NOT NULL, PART INT NOT NULL, CDATA "
      "VARCHAR,"
      " BDATA BINARY);\nINSERT INTO SYSTEM_LOB_STREAM VALUES(7, 1, NULL, '4344');\n"
      "INSERT INTO SYSTEM_LOB_STREAM VALUES(7, 0, NULL, '4142');\n";
  CHECK(
      dump_rows(head + parts + "INSERT INTO T(A, B) VALUES(SYSTEM_COMBINE_BLOB(7), 'x'),(1, 2);") ==
      RowTexts{"ABCD|x", "1|2"});
  CHECK_THAT(dump_refusal(head + "INSERT INTO T(A) VALUES(SYSTEM_COMBINE_BLOB(8));"),
             test::contains("large object 8"));
}

TEST_CASE("SQL dump: a value can be read again at its offset", "[sql-dump]") {
  const std::string filler(300U << 10U, 'x');  // more than a buffer
  SqlDump dump(
      bytes_of("INSERT INTO T(A,B) VALUES ('" + filler + "',_binary 'a\\'b'),(1,X'4142');"));
  std::vector<std::uint64_t> offsets;
  dump.for_each_row({"T"}, [&](const DumpRow& row) { offsets.push_back(row.find("B")->offset); });
  CHECK(dump.value_at(offsets.at(1)).text == "AB");
  CHECK(dump.value_at(offsets.at(0)).text == "a'b");
}

TEST_CASE("SQL dump: what is truncated or not a dump is refused", "[sql-dump]") {
  const auto [text, what] = GENERATE(table<std::string, std::string>({
      {"INSERT INTO T(A) VALUES ('abc", "the dump is truncated"},
      {"INSERT INTO T(A) VALUES ('abc\\", "the dump is truncated"},
      {"INSERT INTO T(A) VALUES (1),", "a row of values is expected"},
      {"INSERT INTO T(A) VALUES (1)", "the dump is truncated"},
      {"INSERT INTO T(A) VALUES (1", "does not end"},
      {"INSERT INTO T(A) VALUES (0x4)", "not hexadecimal"},
      {"INSERT INTO T(A) VALUES (LOAD_FILE('/etc/passwd'));", "calls LOAD_FILE()"},
      {"INSERT INTO T(A) VALUES (@a);", "a value is expected"},
      {"/* abc", "a comment does not end"},
      {"CREATE TABLE T (A int", "the dump is truncated"},
      {"-- MariaDB dump 10.19\nINSERT INTO T(A) VALUES (1);\n", "-- Dump completed"},
      {"PK\x03\x04\0\0"s, "NUL characters"},
  }));
  CAPTURE(text);
  CHECK_THAT(dump_refusal(text), test::contains(what));
  CHECK(
      dump_refusal("-- MariaDB dump 10.19\nINSERT INTO T(A) VALUES (1);\n-- Dump completed on x\n")
          .empty());
}

TEST_CASE("SQL dump: times are in UTC unless it says otherwise", "[sql-dump]") {
  const auto is_utc = [](const std::string& text) { return SqlDump(bytes_of(text)).is_utc(); };
  const std::string settings = "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE */;\n";
  CHECK(is_utc(settings + "/*!40103 SET TIME_ZONE='+00:00' */;\n"));
  CHECK(is_utc("CREATE TABLE T (A int);"));
  CHECK(!is_utc(settings));
  CHECK(!is_utc("-- H2 2.1.214;\n"));
}

TEST_CASE("SQL dump: a row has a limit", "[sql-dump]") {
  const std::string part = "'" + std::string(33U << 20U, 'x') + "'";
  CHECK_THAT(dump_refusal("INSERT INTO T(A,B) VALUES (" + part + "," + part + ");"),
             test::contains("larger than 64 MiB"));
}
