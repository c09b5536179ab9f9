// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "record/value.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

using upkeep::to_json;
using upkeep::to_text;
using upkeep::Value;
using upkeep::ValueList;
using upkeep::ValueObject;

TEST_CASE("values as text", "[value]") {
  CHECK(to_text(Value{}).empty());
  CHECK(to_text(nullptr).empty());
  CHECK(to_text(true) == "true");
  CHECK(to_text(-3) == "-3");
  CHECK(to_text(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(to_text(1.5) == "1.5");
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(std::nan("")).empty());
  CHECK(to_text("text") == "text");
  CHECK(to_text(std::optional<int>{}).empty());
  CHECK(to_text(std::optional<int>{4}) == "4");
  CHECK(to_text(ValueList{1, "a", nullptr}) == R"([1,"a",null])");
}

TEST_CASE("values as JSON", "[value]") {
  CHECK(to_json(nullptr) == "null");
  CHECK(to_json(false) == "false");
  CHECK(to_json(12) == "12");
  CHECK(to_json(INFINITY) == "null");
  CHECK(to_json("a\"\\\n\x01") == R"("a\"\\\n\u0001")");
  CHECK(to_json("\xff"
                "ok") == "\"\xef\xbf\xbdok\"");
  CHECK(to_json(std::string("a\0b", 3)) == R"("a\u0000b")");
  CHECK(to_json("ä漢") == "\"ä漢\"");
  CHECK(to_json(ValueObject{{"z", 1}, {"a", ValueList{}}}) == R"({"z":1,"a":[]})");
}

TEST_CASE("numbers are told from texts", "[value]") {
  CHECK(Value(1).is_number());
  CHECK(Value(1.0).is_number());
  CHECK_FALSE(Value("1").is_number());
  CHECK_FALSE(Value(true).is_number());
  CHECK(Value(std::optional<std::string>{}).is_null());
}
