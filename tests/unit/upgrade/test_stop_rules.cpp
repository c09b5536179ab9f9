// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/stop_rules.hpp"

#include <random>
#include <string>
#include <vector>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using upkeep::ExitStatus;
using upkeep::WallTime;

namespace {

const WallTime k_time{std::chrono::hours(500'000)};

RunReport ended(const std::string& state) {
  RunReport report;
  report.state = state;
  return report;
}

/// The rule that is broken after these: s(ucceeded) f(ailed) l(ost) i(nterrupted) -(skipped)
/// ?(unknown).
std::optional<StopRule> after(const UpgradeOptions& options, const std::string& states) {
  StopRules rules(options);
  for (const char state : states) {
    switch (state) {
      case 's':
        rules.count(ended("succeeded"));
        break;
      case 'f':
        rules.count(ended("failed"));
        break;
      case 'l':
        rules.count(ended("lost"));
        break;
      case 'i':
        rules.count(ended("interrupted"));
        break;
      case '-':
        rules.count(ended("skipped"));
        break;
      default:
        rules.count(ended("unknown"));
    }
  }
  return rules.broken(k_time);
}

UpgradeOptions with(int max_failures, int canary) {
  UpgradeOptions options;
  options.max_failures = max_failures;
  options.canary = canary;
  return options;
}

}  // namespace

TEST_CASE("without rules nothing stops", "[stop]") {
  CHECK_FALSE(after({}, ""));
  CHECK_FALSE(after({}, "ffffllllii--??"));
}

TEST_CASE("nothing is started after the Nth failure", "[stop]") {
  CHECK_FALSE(after(with(2, 0), "sfs"));
  CHECK(after(with(2, 0), "sfsf") == StopRule::max_failures);
  CHECK(after(with(2, 0), "li") == StopRule::max_failures);
  CHECK_FALSE(after(with(2, 0), "f-?-?"));
}

TEST_CASE("all of the first N must succeed before the rest start", "[stop]") {
  CHECK_FALSE(after(with(0, 3), "f"));
  CHECK_FALSE(after(with(0, 3), "fs"));
  CHECK(after(with(0, 3), "fss") == StopRule::canary);
  CHECK(after(with(0, 3), "ssf") == StopRule::canary);
  CHECK_FALSE(after(with(0, 3), "sssfff"));
  CHECK_FALSE(after(with(0, 3), "f-?s"));  // what did not run is no canary
  CHECK(after(with(2, 3), "ff") == StopRule::max_failures);
}

TEST_CASE("nothing is started once it is late, which goes before the other rules", "[stop]") {
  UpgradeOptions options = with(1, 1);
  options.until = k_time + std::chrono::milliseconds(1);
  CHECK_FALSE(after(options, ""));
  CHECK(after(options, "f") == StopRule::max_failures);
  options.until = k_time;
  CHECK(after(options, "") == StopRule::until);
  CHECK(after(options, "f") == StopRule::until);
}

TEST_CASE("a reason names its rule, and a status goes with it", "[stop]") {
  using upkeep::test::contains;
  UpgradeOptions options = with(2, 3);
  options.until = k_time;
  StopRules rules(options);
  rules.count(ended("failed"));
  CHECK_THAT(rules.reason(StopRule::until), contains("past " + upkeep::iso8601(k_time)));
  CHECK_THAT(rules.reason(StopRule::max_failures), contains("1 failed before"));
  CHECK_THAT(rules.reason(StopRule::canary), contains("of the first 3"));
  CHECK(status_of(StopRule::until) == ExitStatus::try_later);
  CHECK(status_of(StopRule::pause) == ExitStatus::try_later);
  CHECK(status_of(StopRule::max_failures) == ExitStatus::no);
  CHECK(status_of(StopRule::canary) == ExitStatus::no);
}

TEST_CASE("a rule that is broken stays broken", "[stop]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  for (int i = 0; i < 2000; ++i) {
    const UpgradeOptions options =
        with(static_cast<int>(random() % 4), static_cast<int>(random() % 4));
    std::string states;
    bool was_broken = false;
    for (int step = 0; step < 12; ++step) {
      states += std::string("sfli-?")[random() % 6];
      const bool is_broken = after(options, states).has_value();
      INFO(states << ", max " << options.max_failures << ", canary " << options.canary);
      REQUIRE((is_broken || !was_broken));
      was_broken = is_broken;
    }
  }
}
