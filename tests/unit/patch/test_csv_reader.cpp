// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/exchange/csv_reader.hpp"

using namespace upkeep::patch;  // NOLINT

namespace {

using Cells = std::vector<std::string>;

std::vector<CsvRecord> read_all(std::string_view text) {
  std::vector<CsvRecord> records;
  CsvReader reader(text, ',');
  for (CsvRecord record; reader.next(record);) records.push_back(record);
  return records;
}

}  // namespace

TEST_CASE("pmt: CSV as spreadsheets write it, with its bytes") {
  const auto records = read_all("a,b\r\n\r\n\"x\r\ny\",\"say \"\"no\"\"\"\r\n , z\n1,2");
  REQUIRE(records.size() == 4);
  REQUIRE(records[0].cells == Cells{"a", "b"});
  REQUIRE(records[0].raw == "a,b\r\n");
  REQUIRE(records[1].cells == Cells{"x\r\ny", "say \"no\""});
  REQUIRE(records[1].raw == "\"x\r\ny\",\"say \"\"no\"\"\"\r\n");
  REQUIRE(records[1].line == 3);
  REQUIRE(records[2].cells == Cells{" ", " z"});
  REQUIRE(records[3].cells == Cells{"1", "2"});
  REQUIRE(records[3].line == 6);
}

TEST_CASE("pmt: other line ends, other endings") {
  REQUIRE(read_all("").empty());
  REQUIRE(read_all("\n\r\n").empty());
  REQUIRE(read_all("a\rb\r").size() == 2);
  REQUIRE(read_all("a").front().cells == Cells{"a"});
  REQUIRE(read_all("a,").front().cells == Cells{"a", ""});
  REQUIRE(read_all("\"a\nb\"").front().cells == Cells{"a\nb"});
  REQUIRE(read_all(",,\n").front().cells == Cells{"", "", ""});
}

TEST_CASE("pmt: a quote that is never closed costs its line alone") {
  const auto records = read_all("a\n1,\"x\n2\n3\n");
  REQUIRE(records.size() == 4);
  REQUIRE(!records[1].problem.empty());
  REQUIRE(records[1].raw == "1,\"x\n");
  REQUIRE(records[2].cells == Cells{"2"});
  REQUIRE(records[2].line == 3);
  REQUIRE_FALSE(read_all("\"x").front().problem.empty());
}

TEST_CASE("pmt: the separator is found out") {
  REQUIRE(likely_separator("a;b;c\nx,y,z,w") == ';');
  REQUIRE(likely_separator("a\tb") == '\t');
  REQUIRE(likely_separator("alone") == ',');
  REQUIRE(likely_separator("") == ',');
  REQUIRE(likely_separator("Ticket;Summary\nA-1;Fails, often, always\nA-2;x\n") == ';');
  REQUIRE(likely_separator("Ours, as of today, draft\nNo;Name\n1;Acme, Inc\n2;B\n") == ';');
  REQUIRE(likely_separator("No;\"Name, first, last\";P\n1;x;4.2.0\n") == ';');
  REQUIRE(likely_separator("a,b\n1,\"x; y\"\n2,\"z\"\n") == ',');
  REQUIRE(likely_separator(
              "a;b\n#upkeep-reject line 2: x, y\n1;2\n#upkeep-reject line 3: x, y\n") == ';');
}
