// SPDX-License-Identifier: MIT
#include "base/patience.hpp"

#include "catch2_compat.hpp"

using upkeep::Patience;
using namespace std::chrono_literals;

TEST_CASE("patience ends with the time that passes") {
  auto now = Patience::Clock::time_point{};
  Patience patience(100ms, now);
  CHECK(patience.slice() <= 20ms);
  for (int i = 0; i < 4; ++i) patience.passed(now += 20ms);
  CHECK(patience.left() == 20ms);
  CHECK_FALSE(patience.is_over());
  patience.passed(now += 30ms);
  CHECK(patience.is_over());
  CHECK(patience.slice() == 0ms);
}

TEST_CASE("patience counts a busy machine's delays and not its stalls") {
  auto now = Patience::Clock::time_point{};
  Patience patience(800ms, now);
  patience.passed(now += 200ms);
  CHECK(patience.left() == 600ms);
  patience.passed(now += 1h);
  CHECK(patience.left() == 580ms);
}
