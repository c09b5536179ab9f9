// SPDX-License-Identifier: MIT
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "upgrade/model/visit_limit.hpp"

#include <fmt/format.h>

using upkeep::BootTime;
using upkeep::test::at_ms;
using upkeep::upgrade::Allowance;
using upkeep::upgrade::VisitLimit;

namespace {

/// How many of `tries` are allowed at this moment.
int taken(VisitLimit& limit, const std::string& address, BootTime now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += limit.take(address, now) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("an allowance is so many at once, and then so many a second") {
  Allowance allowance(3, 2);
  CHECK(allowance.is_whole(at_ms(1000)));
  for (int i = 0; i < 3; ++i) CHECK(allowance.take(at_ms(1000)));
  CHECK_FALSE(allowance.take(at_ms(1000)));
  CHECK_FALSE(allowance.take(at_ms(1499)));
  CHECK(allowance.take(at_ms(1500)));
  CHECK_FALSE(allowance.take(at_ms(1500)));
  CHECK_FALSE(allowance.is_whole(at_ms(2500)));
  CHECK(allowance.is_whole(at_ms(3000)));
}

TEST_CASE("what one visitor asks for is not taken from another") {
  VisitLimit limit;
  const int most = taken(limit, "192.0.2.1", at_ms(1000), 1000);
  CHECK(most < 1000);
  CHECK(taken(limit, "192.0.2.1", at_ms(1000), 10) == 0);
  CHECK(taken(limit, "192.0.2.2", at_ms(1000), 10) == 10);
  CHECK(taken(limit, "192.0.2.1", at_ms(2000), 1000) > 0);
}

TEST_CASE("a visitor is an address or a /64, and what is no address is one visitor") {
  VisitLimit limit;
  CHECK(taken(limit, "2001:db8::1", at_ms(1000), 1000) > 0);
  CHECK(taken(limit, "2001:db8::2", at_ms(1000), 1000) == 0);
  CHECK(taken(limit, "nonsense", at_ms(1000), 1000) > 0);
  CHECK(taken(limit, "", at_ms(1000), 1000) == 0);
}

TEST_CASE("all visitors together have an allowance") {
  VisitLimit limit;
  int count = 0;
  for (int i = 0; i < 250; ++i)
    count += taken(limit, fmt::format("192.0.2.{}", i), at_ms(1000), 100);
  CHECK(count < 1000);
}

TEST_CASE("not every visitor is remembered for ever") {
  VisitLimit limit;
  for (int i = 0; i < 30'000; ++i)
    limit.take(fmt::format("10.{}.{}.1", i / 250, i % 250), at_ms(1000LL * i));
  CHECK(limit.size() <= 10'000);
}
