// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "catch2_compat.hpp"
#include "record/json_shape.hpp"

#include <string>

using upkeep::json_shape_problem;

TEST_CASE("JSON that nests too deep is told before it is read", "[json]") {
  CHECK(json_shape_problem("").empty());
  CHECK(json_shape_problem(std::string(64, '[')).empty());
  CHECK_FALSE(json_shape_problem(std::string(65, '[')).empty());
  CHECK_FALSE(json_shape_problem(std::string(65, '{')).empty());
  CHECK(json_shape_problem("\"" + std::string(100, '[') + "\"").empty());
  CHECK(json_shape_problem("\"\\\"" + std::string(100, '[') + "\"").empty());
  std::string beside;
  for (int i = 0; i < 100; ++i) beside += "[[]],";
  CHECK(json_shape_problem(beside).empty());
  CHECK(json_shape_problem("]]]]" + std::string(64, '[')).empty());
}

TEST_CASE("so is an object with too many members", "[json]") {
  const std::string commas(10'000, ',');
  CHECK_FALSE(json_shape_problem("{" + commas + "}").empty());
  CHECK(json_shape_problem("[" + commas + "]").empty());
  CHECK(json_shape_problem("{\"a\":\"" + commas + "\"}").empty());
}

TEST_CASE("invisible blanks are trimmed", "[text]") {
  using upkeep::trim_blanks;
  CHECK(trim_blanks("\xC2\xA0 a\xC2\xA0"
                    "b \xE2\x80\x8B\t") ==
        "a\xC2\xA0"
        "b");
  CHECK(trim_blanks("\xEF\xBB\xBF").empty());
  CHECK(trim_blanks("\xE3\x80\x80x") == "x");
  CHECK(trim_blanks("\xA0") == "\xA0");  // no UTF-8: as it is
}
