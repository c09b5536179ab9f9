// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/sweep.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <vector>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test

using upkeep::WallTime;

namespace {

const WallTime k_night{std::chrono::hours(500'000)};

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

TEST_CASE("what counts as a canary, and when the rest may start", "[sweep]") {
  Sweep sweep = sweep_with(2, 0, 0, 0, 0);
  const WallTime now = k_night;
  CHECK(sweep.start(now) == SweepPart::canary);
  CHECK(sweep.start(now) == SweepPart::canary);
  CHECK_FALSE(sweep.start(now));
  sweep.end(SweepPart::canary, RunState::succeeded);
  CHECK_FALSE(sweep.start(now));
  sweep.end(SweepPart::canary, RunState::skipped);  // never ran: another one is the canary
  CHECK(sweep.start(now) == SweepPart::canary);
  sweep.end(SweepPart::canary, RunState::succeeded);
  CHECK(sweep.start(now) == SweepPart::rest);
  sweep.give_back();
  CHECK(sweep.started == 2);
  CHECK(sweep.canary_done == 2);
}

TEST_CASE("a stopped sweep and a late one start nothing", "[sweep]") {
  Sweep sweep = sweep_with(0, 0, 0, 0, 0);
  sweep.rules.until = k_night;
  CHECK(sweep.is_open(k_night - std::chrono::milliseconds(1)));
  CHECK_FALSE(sweep.is_open(k_night));
  sweep.rules.until.reset();
  CHECK(sweep.is_open(k_night));
  sweep.stopped_at = k_night;
  CHECK_FALSE(sweep.start(k_night));
}

TEST_CASE("a sweep that is resumed begins to count anew", "[sweep]") {
  Sweep sweep = sweep_with(3, 2, 1, 2, 2);
  sweep.started = 3;
  CHECK_FALSE(sweep.resume(k_night));  // nothing stopped it yet
  sweep.stopped_at = k_night;
  sweep.stopped_by = "canary";
  sweep.stop_detail = "x";
  CHECK(sweep.resume(k_night));
  CHECK(sweep.started + sweep.failures + sweep.canary_done + sweep.canary_failures == 0);
  CHECK_FALSE(sweep.stopped_at);
  CHECK(sweep.stopped_by.empty());
  CHECK(sweep.is_open(k_night));
  sweep.rules.until = k_night;
  CHECK(sweep.resume(k_night));
  CHECK(*sweep.rules.until > k_night);
  CHECK(*sweep.rules.until <= k_night + std::chrono::hours(25));
}

TEST_CASE("why a sweep was stopped", "[sweep]") {
  Sweep sweep = sweep_with(3, 2, 0, 0, 2);
  sweep.rules.until = k_night;
  using upkeep::test::contains;
  CHECK_THAT(sweep.detail_of(StopRule::canary), contains("first 3"));
  CHECK(sweep.detail_of(StopRule::max_failures) == "2 failed (--max-failures 2)");
  CHECK_THAT(sweep.detail_of(StopRule::until), contains(upkeep::iso8601(k_night)));
  CHECK(word(StopRule::max_failures) == "max-failures");
}

TEST_CASE("the rules hold over any order of starts and ends", "[sweep]") {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    INFO("seed " << seed);
    Sweep sweep =
        sweep_with(static_cast<int>(random() % 4), static_cast<int>(random() % 4), 0, 0, 0);
    const int canaries = sweep.rules.canary;
    std::vector<SweepPart> running;
    int succeeded_canaries = 0, failures = 0;
    for (int step = 0; step < 60; ++step) {
      if (random() % 2 == 0) {
        const auto part = sweep.start(k_night);
        if (!part) continue;
        REQUIRE_FALSE(sweep.stopped_at);
        // The rest starts once every canary has succeeded, and not before.
        if (*part == SweepPart::rest) REQUIRE(succeeded_canaries >= canaries);
        running.push_back(*part);
        const auto at_once = std::count(running.begin(), running.end(), SweepPart::canary);
        REQUIRE(at_once + succeeded_canaries <= std::max(canaries, succeeded_canaries));
        continue;
      }
      if (running.empty()) continue;
      const auto one = static_cast<std::ptrdiff_t>(random() % running.size());
      const SweepPart part = running[static_cast<std::size_t>(one)];
      running.erase(running.begin() + one);
      constexpr std::array k_ends{RunState::succeeded, RunState::succeeded, RunState::failed,
                                  RunState::lost, RunState::skipped};
      const RunState end = k_ends.at(random() % k_ends.size());
      sweep.end(part, end);
      failures += is_failure(end) ? 1 : 0;
      if (part == SweepPart::canary && end == RunState::succeeded) ++succeeded_canaries;
      if (sweep.broken_rule() && !sweep.stopped_at) sweep.stopped_at = k_night;
      REQUIRE(sweep.failures == failures);
      const bool over = sweep.rules.max_failures > 0 && failures >= sweep.rules.max_failures;
      if (over) REQUIRE(sweep.stopped_at);
      REQUIRE(sweep.started >= 0);
    }
  }
}
