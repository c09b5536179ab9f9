// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/forecast.hpp"
#include "upgrade/model/progress.hpp"

#include <algorithm>
#include <random>

using namespace std::chrono_literals;
using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using upkeep::guard::Status;
using upkeep::guard::Step;

namespace {

HistoryEntry run_of(const std::vector<Step>& steps) {
  HistoryEntry entry;
  for (const Step& step : steps) entry.seconds += step.seconds;
  entry.steps = steps_to_json(steps);
  return entry;
}

Status closed(const std::vector<Step>& steps, const std::string& open = {}) {
  Status status;
  status.steps = steps;
  status.step = open;
  return status;
}

}  // namespace

TEST_CASE("steps are kept as they are, and unreadable ones are none", "[progress]") {
  const std::vector<Step> steps{{"a \"quoted\" one", 1.25}, {"Tables\n", 0}, {"", 3.0004}};
  const auto read = steps_from_json(steps_to_json(steps));
  REQUIRE(read.size() == 3);
  CHECK(read[0].name == steps[0].name);
  CHECK(read[0].seconds == 1.25);
  CHECK(read[2].seconds == 3.0);
  for (const char* text : {"", "{}", "[", "17", "null", "[[1, 2]]", "[[\"a\"]]", "[\"a\", 1]"})
    CHECK(steps_from_json(text).empty());
}

TEST_CASE("a step weighs what it took before", "[progress]") {
  const ProgressModel model({run_of({{"short", 10}, {"long", 90}})}, 0);
  CHECK(model.percent(closed({})) == 0);
  CHECK(model.percent(closed({{"short", 50}})) == 10);
  CHECK(model.percent(closed({{"long", 1}})) == 90);
  CHECK(model.percent(closed({{"unheard of", 70}})) == 0);
  CHECK(model.percent(closed({{"short", 1}, {"long", 1}})) == 99);  // 100 is the verdict's
}

TEST_CASE("a name that comes twice is two steps", "[progress]") {
  const ProgressModel model({run_of({{"pass", 25}, {"pass", 75}})}, 0);
  CHECK(model.percent(closed({{"pass", 1}})) == 25);
  CHECK(model.percent(closed({{"pass", 1}, {"pass", 1}})) == 99);
}

TEST_CASE("a step of the odd run does not hold back the others", "[progress]") {
  const auto usual = run_of({{"a", 50}, {"b", 50}});
  const ProgressModel model({run_of({{"a", 50}, {"b", 50}, {"rare", 900}}), usual, usual}, 0);
  CHECK(model.percent(closed({{"a", 50}})) == 50);
}

TEST_CASE("without history every step weighs the same", "[progress]") {
  const ProgressModel ten({}, 10), unknown({}, 0);
  CHECK(ten.percent(closed({{"a", 1}}, "b")) == 10);
  CHECK(ten.percent(closed({{"a", 1}, {"b", 1}, {"c", 1}})) == 30);
  CHECK(unknown.percent(closed({{"a", 1}})) == 50);
  CHECK(unknown.percent(closed({{"a", 1}, {"b", 1}, {"c", 1}}, "d")) == 75);
  CHECK_FALSE(ten.median());
  CHECK_FALSE(ten.remaining(10s, 10));
}

TEST_CASE("output that says it is done is 99", "[progress]") {
  Status status = closed({});
  status.says_done = true;
  CHECK(ProgressModel({}, 200).percent(status) == 99);
}

TEST_CASE("the median of what runs took", "[progress]") {
  const auto took = [](double seconds) { return HistoryEntry{seconds, {}}; };
  CHECK(ProgressModel({took(10)}, 0).median() == 10);
  CHECK(ProgressModel({took(10), took(1000), took(20)}, 0).median() == 20);
  CHECK(ProgressModel({took(10), took(15)}, 0).median() == 12.5);
  CHECK(ProgressModel({took(10), took(15)}, 0).whole_median() == 13s);
}

TEST_CASE("what is left, by time and by steps", "[progress]") {
  const ProgressModel model({HistoryEntry{100, {}}}, 0);
  CHECK(model.remaining(0s, 0) == 100s);
  CHECK(model.remaining(40s, 0) == 60s);
  CHECK(model.remaining(40s, 80) == 20s);  // ahead by the steps
  CHECK(model.remaining(80s, 10) == 20s);
  CHECK(model.remaining(100s, 99) == 1s);
  CHECK(model.remaining(3700s, 50) == 1800s);  // an hour late: it will hardly end in a second
  CHECK(model.remaining(3700s, 99) == 360s);
}

TEST_CASE("percent and time left stay within what makes sense", "[progress]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto step = [&random] {
    return Step{std::string(1, static_cast<char>('a' + random() % 6)),
                static_cast<double>(random() % 100)};
  };
  for (int i = 0; i < 2000; ++i) {
    std::vector<HistoryEntry> history;
    for (auto runs = random() % 4; runs > 0; --runs) {
      std::vector<Step> steps;
      for (auto count = random() % 8; count > 0; --count) steps.push_back(step());
      history.push_back(run_of(steps));
    }
    const ProgressModel model(history, static_cast<int>(random() % 10));
    Status status;
    int shown = 0;
    for (int more = 0; more < 10; ++more) {
      const int percent = model.percent(status);
      INFO("case " << i << ", " << more << " steps");
      REQUIRE(percent >= shown);
      REQUIRE(percent <= 99);
      shown = percent;
      const auto left = model.remaining(std::chrono::seconds(random() % 1000), percent);
      REQUIRE(left.has_value() == !history.empty());
      if (left) REQUIRE(*left >= 1s);
      status.steps.push_back(step());
    }
  }
}

TEST_CASE("when the queued runs will have ended", "[progress]") {
  using Times = std::vector<double>;
  CHECK(finish_times({}, {}, 1, 10).empty());
  CHECK(finish_times({}, {0, 0, 0}, 1, 10) == Times{10, 20, 30});
  CHECK(finish_times({}, {0, 0, 0}, 2, 10) == Times{10, 10, 20});
  CHECK(finish_times({5}, {0, 0}, 1, 10) == Times{15, 25});
  CHECK(finish_times({5}, {0, 0}, 2, 10) == Times{10, 15});
  CHECK(finish_times({}, {100, 0}, 1, 10) == Times{110, 120});
  CHECK(finish_times({}, {7}, 0, 10) == Times{17});
}

TEST_CASE("no run ends before it is due, nor in less than it takes", "[progress]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  for (int i = 0; i < 1000; ++i) {
    const int slots = static_cast<int>(random() % 4) + 1;
    std::vector<double> busy(random() % 4), due(random() % 8);
    for (double& left : busy) left = static_cast<double>(random() % 50);
    for (double& in : due) in = static_cast<double>(random() % 50);
    const double median = static_cast<double>(random() % 30) + 1;
    const auto ends = finish_times(busy, due, slots, median);
    REQUIRE(ends.size() == due.size());
    for (std::size_t one = 0; one < ends.size(); ++one) {
      REQUIRE(ends[one] >= due[one] + median);
      const auto beside = std::count_if(ends.begin(), ends.end(), [&](double end) {
        return end - median < ends[one] && ends[one] <= end;
      });
      REQUIRE(beside <= std::max<std::ptrdiff_t>(slots, static_cast<std::ptrdiff_t>(busy.size())));
    }
  }
}
