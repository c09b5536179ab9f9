// SPDX-License-Identifier: MIT
#include "setup/doctor/nagios.hpp"

#include "catch2_compat.hpp"

#include <algorithm>

using namespace std::chrono_literals;
using namespace upkeep::setup;  // NOLINT(google-build-using-namespace)

TEST_CASE("a plugin's answer is as bad as the worst finding") {
  const Finding good{"a", CheckResult::ok, "fine", ""};
  const Finding odd{"b", CheckResult::warning, "odd", "do it"};
  const Finding bad{"c", CheckResult::fail, "bad", "do that"};
  const Finding left{"d", CheckResult::skipped, "no target", ""};
  const auto ok = plugin_answer({good, left}, 1234ms);
  CHECK(ok.line ==
        "UPKEEP OK - 2 checks | ok=1;;;0 warning=0;0;;0 fail=0;;0;0 skipped=1;;;0"
        " time=1.234s;;;0");
  CHECK(static_cast<int>(ok.status()) == 0);
  const auto warning = plugin_answer({good, odd}, 0ms);
  CHECK(warning.line.rfind("UPKEEP WARNING - b: odd | ", 0) == 0);
  CHECK(static_cast<int>(warning.status()) == 1);
  const auto critical = plugin_answer({odd, bad}, 0ms);
  CHECK(critical.line.rfind("UPKEEP CRITICAL - c: bad; b: odd | ", 0) == 0);
  CHECK(static_cast<int>(critical.status()) == 2);
  CHECK(static_cast<int>(plugin_unknown("x").status()) == 3);
}

TEST_CASE("nothing in a plugin's text looks like performance data or another line") {
  const auto answer = plugin_answer({{"a", CheckResult::fail, "x|y\nz\t", ""}}, 0ms);
  CHECK(std::count(answer.line.begin(), answer.line.end(), '|') == 1);
  CHECK(answer.line.find('\n') == std::string::npos);
  CHECK(plugin_unknown("a|b\nc").line.find_first_of("|\n") == std::string::npos);
}

TEST_CASE("a long text of a plugin is cut between characters") {
  std::string detail;
  for (int i = 0; i < 1000; ++i) detail += "ä";
  const auto answer = plugin_answer({{"ab", CheckResult::fail, detail, ""}}, 0ms);
  CHECK(answer.line.size() < 1000);
  CHECK(answer.line.find("ä... | ok=0") != std::string::npos);
}
