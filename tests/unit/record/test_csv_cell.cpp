// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "record/csv_cell.hpp"

#include <string>

using namespace upkeep;  // NOLINT

TEST_CASE("cells of csv: what a spreadsheet would run gets an apostrophe, and loses it again") {
  for (const char* cell : {"=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\rx", "'x", "'", "-", "+", "=",
                           "-1-1", "-1e5", "+.5", "-1.", "--1"}) {
    CAPTURE(cell);
    REQUIRE(csv_escaped(cell) == "'" + std::string(cell));
    REQUIRE(csv_unescaped(csv_escaped(cell)) == cell);
  }
  for (const char* cell :
       {"", "x", "-5", "+5", "-1.25", "-1,5", "a=b", " =1", "1-1", "ESB 4.9.0", "{\"a\":1}"}) {
    CAPTURE(cell);
    REQUIRE(csv_escaped(cell) == cell);
    REQUIRE(csv_unescaped(cell) == cell);
  }
  // What nobody has escaped stays: an apostrophe before a word.
  REQUIRE(csv_unescaped("'twas") == "'twas");
}
