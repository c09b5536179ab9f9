// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/store/sweep_store.hpp"

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test

namespace {

Sweep sweep_with(int canary, int max_failures, int canary_done, int canary_failures, int failures) {
  Sweep sweep;
  sweep.rules.canary = canary;
  sweep.rules.max_failures = max_failures;
  sweep.canary_done = canary_done;
  sweep.canary_failures = canary_failures;
  sweep.failures = failures;
  return sweep;
}

}  // namespace

TEST_CASE("a sweep without rules breaks none", "[sweep]") {
  CHECK_FALSE(sweep_with(0, 0, 0, 0, 99).broken_rule());
}

TEST_CASE("every canary comes to its end before the sweep is stopped", "[sweep]") {
  CHECK_FALSE(sweep_with(3, 0, 0, 1, 1).broken_rule());
  CHECK_FALSE(sweep_with(3, 0, 1, 1, 1).broken_rule());
  CHECK(sweep_with(3, 0, 2, 1, 1).broken_rule() == StopRule::canary);
  CHECK(sweep_with(3, 0, 0, 3, 3).broken_rule() == StopRule::canary);
  CHECK_FALSE(sweep_with(3, 0, 3, 0, 7).broken_rule());
}

TEST_CASE("the Nth failure breaks --max-failures, among the canaries too", "[sweep]") {
  CHECK_FALSE(sweep_with(0, 2, 0, 0, 1).broken_rule());
  CHECK(sweep_with(0, 2, 0, 0, 2).broken_rule() == StopRule::max_failures);
  CHECK(sweep_with(3, 2, 0, 2, 2).broken_rule() == StopRule::max_failures);
}
