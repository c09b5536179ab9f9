// SPDX-License-Identifier: MIT
// What is read again and again behind the answers.
#include "upgrade/gate/refreshed.hpp"

#include "support.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of this very namespace
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// Asks until the answer is right, for a while.
template <typename Condition>
bool comes_true(Condition condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("a value is read again while somebody asks for it", "[map]") {
  std::atomic<int> readings = 0;
  upgrade::Refreshed<int> value([&] { return ++readings; }, milliseconds(1));
  const auto first = value.get(seconds(60));
  REQUIRE(first);
  CHECK(*first == 1);
  CHECK(comes_true([&] { return *value.get(milliseconds(0)) >= 3; }));
}

TEST_CASE("what cannot be read stays as it was, and is not recent", "[map]") {
  std::atomic<int> readings = 0;
  upgrade::Refreshed<int> value(
      [&] {
        if (++readings > 1) throw std::runtime_error("away");
        return 1;
      },
      milliseconds(1));
  REQUIRE(value.get(seconds(60)));
  CHECK(comes_true([&] { return value.recent() == nullptr && readings > 1; }));
  CHECK(*value.get(milliseconds(0)) == 1);
}

TEST_CASE("time in which nobody asks is not taken for a slow reading", "[map]") {
  std::atomic<int> readings = 0;
  upgrade::Refreshed<int> value([&] { return ++readings; }, milliseconds(1));
  CHECK(comes_true([&] { return value.recent() != nullptr || readings > 0; }));
  std::this_thread::sleep_for(seconds(1));  // twenty times as long would be longer than we ask
  const int before = readings;
  CHECK(comes_true([&] {
    value.recent();
    return readings > before;
  }));
}
