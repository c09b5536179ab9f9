// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/handover.hpp"
#include "upgrade/model/retry.hpp"

#include <vector>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using std::chrono::seconds;
using upkeep::WallTime;

namespace {

const WallTime k_failed_at{std::chrono::hours(500'000)};

RunFacts failed(int times, std::optional<WallTime> ended_at = k_failed_at) {
  RunFacts facts;
  facts.failures = times;
  if (times == 0) return facts;
  Run run;
  run.id = 9;
  run.state = RunState::failed;
  run.ended_at = ended_at;
  run.detail = "boom";
  facts.last_failure = run;
  return facts;
}

upkeep::config::Schedule schedule(int attempts, int retry_after_s) {
  upkeep::config::Schedule schedule;
  schedule.attempts = attempts;
  schedule.retry_after = std::chrono::seconds(retry_after_s);
  return schedule;
}

}  // namespace

TEST_CASE("what has not failed needs no permission", "[retry]") {
  CHECK_FALSE(retry_from(failed(0), schedule(3, 900)));
  CHECK_FALSE(why_not_retried(failed(0), schedule(3, 900), k_failed_at));
  CHECK_FALSE(why_not_retried(failed(0), schedule(0, 900), k_failed_at));
}

TEST_CASE("a failure is retried after the pause, while attempts are left", "[retry]") {
  for (int attempts = 0; attempts <= 4; ++attempts) {
    for (int failures = 1; failures <= 5; ++failures) {
      for (const int pause : {0, 1, 900}) {
        const auto rules = schedule(attempts, pause);
        const auto from = retry_from(failed(failures), rules);
        INFO(failures << " of " << attempts << ", " << pause << " s");
        CHECK(from.has_value() == (failures < attempts));
        for (const int passed : {0, 1, 899, 900, 86400}) {
          const WallTime now = k_failed_at + seconds(passed);
          const bool refused = why_not_retried(failed(failures), rules, now).has_value();
          CHECK(refused == (!from || now < *from));
        }
      }
    }
  }
}

TEST_CASE("a refusal says why", "[retry]") {
  using upkeep::test::contains;
  const WallTime now = k_failed_at + seconds(10);
  CHECK_THAT(why_not_retried(failed(3), schedule(3, 900), now).value(),
             contains("3 runs failed in a row (attempts = 3), the last was run 9: boom"));
  CHECK_THAT(
      why_not_retried(failed(1), schedule(3, 900), now).value(),
      contains("it may be retried from " + upkeep::iso8601(k_failed_at + seconds(900)) + " on"));
}

TEST_CASE("one whose end has no time is retried after a pause from now", "[retry]") {
  CHECK_FALSE(retry_from(failed(1, std::nullopt), schedule(3, 900)));
  CHECK(why_not_retried(failed(1, std::nullopt), schedule(3, 900), k_failed_at));
  CHECK_FALSE(why_not_retried(failed(1, std::nullopt), schedule(3, 0), k_failed_at));
}

TEST_CASE("each failure doubles the pause, a thousand times at most", "[retry]") {
  const auto rules = schedule(100, 60);
  std::int64_t expected = 60;
  for (int failures = 1; failures < 100; ++failures) {
    CHECK(pause_after(failures, rules) == seconds(expected));
    if (failures <= 10) expected *= 2;
  }
  CHECK(pause_after(99, rules) == seconds(60 * 1024));
  CHECK_FALSE(pause_after(100, rules));
  CHECK_FALSE(pause_after(1, schedule(1, 60)));
  CHECK_FALSE(pause_after(1, schedule(0, 60)));
  // A long pause does not overflow.
  CHECK(pause_after(50, schedule(100, 2'000'000'000)) == seconds(2'000'000'000LL * 1024));
}

TEST_CASE("a lost job is replaced less and less often", "[retry]") {
  Handover handover;
  std::vector<std::int64_t> pauses;
  WallTime now = k_failed_at;
  for (int i = 0; i < 9; ++i) {
    REQUIRE(handover.replace(now));
    REQUIRE_FALSE(handover.replace(now));
    const WallTime before = now;
    while (!handover.replace(now)) now += seconds(1);
    pauses.push_back(std::chrono::duration_cast<seconds>(now - before).count() - 1);
    handover.tries -= 1;  // as if it had not been asked
    handover.due_at = before;
  }
  CHECK(pauses == std::vector<std::int64_t>{60, 120, 240, 480, 900, 900, 900, 900, 900});
  handover.tries = 0;
  CHECK(handover.pause() == seconds(30));
}

TEST_CASE("of drains that leave runs behind one makes the later job", "[retry]") {
  Handover handover;
  handover.tries = 2;
  REQUIRE(handover.replace_later(k_failed_at));
  CHECK(handover.due_at == k_failed_at + seconds(120));
  CHECK(handover.tries == 3);
  CHECK_FALSE(handover.replace_later(k_failed_at + seconds(119)));
  CHECK(handover.replace_later(k_failed_at + seconds(120)));
}
