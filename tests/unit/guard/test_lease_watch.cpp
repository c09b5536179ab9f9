// SPDX-License-Identifier: MIT
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "guard/loop/lease_watch.hpp"

using namespace upkeep::guard;  // NOLINT(google-build-using-namespace): a test
using std::chrono::milliseconds;
using upkeep::test::at_ms;

TEST_CASE("a lease is over when it has not been renewed for as long", "[lease]") {
  LeaseWatch watch(Policy::kill, milliseconds(6000), at_ms(1000));
  CHECK(watch.end() == at_ms(7000));
  CHECK_FALSE(watch.is_over(at_ms(6999)));
  CHECK(watch.is_over(at_ms(7000)));
  watch.renewed(at_ms(3000), at_ms(3500));
  CHECK(watch.end() == at_ms(9000));
  watch.renewed(at_ms(2000), at_ms(4000));  // an answer that was late takes nothing back
  CHECK(watch.end() == at_ms(9000));
  watch.renewed(at_ms(99'000), at_ms(5000));  // nobody has renewed in the future
  CHECK(watch.end() == at_ms(11'000));
}

TEST_CASE("without a lease nothing is over", "[lease]") {
  const LeaseWatch watch(Policy::kill, milliseconds(0), at_ms(0));
  CHECK(watch.end() == upkeep::k_never);
  CHECK_FALSE(watch.must_kill(false, upkeep::k_never - milliseconds(1)));
  CHECK(watch.must_kill(true, at_ms(0)));
  CHECK(watch.grace(milliseconds(10'000)) == milliseconds(10'000));
}

TEST_CASE("only the policy kill ends what runs", "[lease]") {
  const LeaseWatch finish(Policy::finish, milliseconds(6000), at_ms(0));
  const LeaseWatch kill(Policy::kill, milliseconds(6000), at_ms(0));
  CHECK_FALSE(finish.must_kill(true, at_ms(99'000)));
  CHECK_FALSE(kill.must_kill(false, at_ms(5999)));
  CHECK(kill.must_kill(false, at_ms(6000)));
  CHECK(kill.must_kill(true, at_ms(0)));
}

TEST_CASE("the killing is over before another host takes over", "[lease]") {
  for (std::int64_t lease_s = 1; lease_s <= 600; ++lease_s) {
    const milliseconds lease(1000 * lease_s);
    const LeaseWatch watch(Policy::kill, lease, at_ms(0));
    for (const int grace_s : {0, 1, 10, 3600}) {
      const milliseconds grace = watch.grace(milliseconds(1000LL * grace_s));
      CHECK(watch.end() + grace <= at_ms(lease.count() * 3 / 2));
      CHECK(grace <= milliseconds(1000LL * grace_s));
    }
  }
}
