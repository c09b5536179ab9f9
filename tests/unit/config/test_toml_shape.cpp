// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "config/toml_shape.hpp"

#include <string>

namespace {

std::string dotted(std::size_t parts) {
  std::string key = "a";
  for (std::size_t i = 1; i < parts; ++i) key += ".a";
  return key;
}

bool fits(const std::string& toml) {
  return !upkeep::toml_shape_problem(toml).has_value();
}

}  // namespace

TEST_CASE("a TOML key of too many parts is told before it is read", "[toml]") {
  CHECK(fits(""));
  CHECK(fits("[" + dotted(64) + "]"));
  CHECK_FALSE(fits("[" + dotted(65) + "]"));
  CHECK_FALSE(fits("[[" + dotted(65) + "]]"));
  CHECK_FALSE(fits(dotted(65) + " = 1"));
  CHECK_FALSE(fits("a = { " + dotted(65) + " = 1 }"));
  CHECK_FALSE(fits("\"x\"" + std::string(64, '.')));
  const auto problem = upkeep::toml_shape_problem("a = 1\n\n" + dotted(100) + " = 1");
  REQUIRE(problem);
  CHECK(problem->line == 3);
}

TEST_CASE("dots in TOML's texts, comments and values are no parts", "[toml]") {
  const std::string dots(1000, '.');
  CHECK(fits("# " + dots + "\na = \"" + dots + "\"\nb = '" + dots + "'"));
  CHECK(fits("a = \"\"\"\n" + dots + "\n\\\"\"\" " + dots + "\"\"\""));
  CHECK(fits("a = '''" + dots + "'''"));
  CHECK(fits("\"" + dots + "\" = 1"));
  std::string list = "a = [";
  for (int i = 0; i < 100; ++i) list += "1.5, ";
  CHECK(fits(list + "]"));
  CHECK_FALSE(fits("a = \"x\n" + dots));  // a text that is not ended does not hide the rest
}
