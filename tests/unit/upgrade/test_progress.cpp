// SPDX-License-Identifier: MIT
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "upgrade/model/forecast.hpp"
#include "upgrade/model/progress.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace std::chrono_literals;
using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using upkeep::guard::Status;
using upkeep::guard::Step;
using upkeep::test::at_ms;

namespace {

HistoryEntry run_of(const std::vector<Step>& steps, double besides = 0) {
  HistoryEntry entry{.seconds = besides};
  for (const Step& step : steps) entry.seconds += step.seconds;
  entry.steps = steps_to_json(steps);
  return entry;
}

/// After these steps, which took their time, `since` seconds into the open one.
Moment moment_after(const std::vector<Step>& closed, const std::string& open = {},
                    double since = 0) {
  Moment moment{.closed = closed, .step = open, .since = since, .elapsed = since};
  for (const Step& step : closed) moment.elapsed += step.seconds;
  return moment;
}

/// Plays a run of these steps with half a second between two looks; checks what always holds.
/// @returns the percentage at its end, and the longest standstill as a share of the run
struct Played {
  int last = 0;
  double still = 0;
};

Played play(const ProgressModel& model, const std::vector<Step>& steps) {
  constexpr double k_look = 0.5;
  ProgressMeter meter(model);
  Played played;
  double elapsed = 0, grown_at = 0, still = 0;
  std::vector<Step> closed;
  const auto look = [&](const std::string& open, double since) {
    const int percent =
        meter.percent({.closed = closed, .step = open, .since = since, .elapsed = elapsed + since});
    REQUIRE(percent >= played.last);
    REQUIRE(percent <= 99);
    if (model.median()) REQUIRE(meter.left().value() >= 1s);
    if (percent > played.last) grown_at = elapsed + since;
    still = std::max(still, elapsed + since - grown_at);
    played.last = percent;
  };
  for (const Step& step : steps) {
    for (int i = 0; i * k_look < step.seconds; ++i) look(step.name, i * k_look);
    elapsed += step.seconds;
    closed.push_back(step);
  }
  look("", 0);
  played.still = elapsed > 0 ? still / elapsed : 0;
  return played;
}

const std::vector<Step> k_usual{{"tables", 20}, {"a", 0}, {"texts", 15}, {"b", 1}, {"indexes", 60}};

std::vector<Step> times(double factor, std::vector<Step> steps) {
  for (Step& step : steps) step.seconds *= factor;
  return steps;
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

TEST_CASE("of many steps, the longest are recorded, in their order", "[progress]") {
  std::vector<Step> steps;
  steps.reserve(1000);
  for (int i = 0; i < 1000; ++i) steps.push_back({std::to_string(i), i % 100 == 7 ? 5.0 : 0.5});
  const auto kept = worth_recording(steps);
  REQUIRE(kept.size() == 64);
  CHECK(std::count_if(kept.begin(), kept.end(), [](const Step& s) { return s.seconds == 5; }) ==
        10);
  CHECK(kept.front().name == "0");
  CHECK(kept[7].name == "7");
  CHECK(worth_recording(k_usual).size() == k_usual.size());
  CHECK(worth_recording(std::vector<Step>(100, Step{"same", 0})).size() == 64);
}

TEST_CASE("a step weighs what it took before", "[progress]") {
  const ProgressModel model({run_of({{"short", 10}, {"long", 90}})}, {});
  CHECK(model.percent(moment_after({})) == 0);
  CHECK(model.percent(moment_after({{"short", 10}})) == 10);
  CHECK(model.percent(moment_after({{"short", 10}}, "long", 45)) == 55);
  CHECK(model.percent(moment_after({{"short", 10}}, "long", 80)) == 90);
  CHECK(model.percent(moment_after({{"short", 10}, {"long", 90}})) == 99);  // 100 is the verdict's
}

TEST_CASE("what remains is the sum of what remains of the steps", "[progress]") {
  const ProgressModel model({run_of({{"short", 10}, {"long", 90}})}, {});
  CHECK(model.at(moment_after({})).left == 100);
  CHECK(model.at(moment_after({}, "short", 4)).left == 96);
  CHECK(model.at(moment_after({{"short", 10}}, "long", 30)).left == 60);
  const double late = model.at(moment_after({{"short", 10}}, "long", 180)).left.value();
  CHECK(late > 20);  // 90 s late: it will hardly end within a second
  CHECK(late < 90);
}

TEST_CASE("a run at another pace is expected to keep it", "[progress]") {
  const ProgressModel model({run_of({{"a", 20}, {"b", 80}})}, {});
  const double slow = model.at(moment_after({{"a", 40}})).left.value();
  const double fast = model.at(moment_after({{"a", 10}})).left.value();
  CHECK(slow > 120);
  CHECK(slow < 160);
  CHECK(fast < 60);
  CHECK(fast > 40);
}

TEST_CASE("time outside of the steps counts as well", "[progress]") {
  const ProgressModel model({run_of({{"a", 50}}, 50)}, {});  // a backup before it, say
  CHECK(model.percent({.elapsed = 25}) == 25);
  CHECK(model.percent({.step = "a", .since = 25, .elapsed = 75}) == 75);
}

TEST_CASE("without a line that opens it, a step begins with the end of the last", "[progress]") {
  const ProgressModel model({run_of({{"a", 50}, {"b", 50}})}, {});
  CHECK(model.percent({.since = 25, .elapsed = 25}) == 25);
  Moment moment = moment_after({{"a", 50}});
  moment.since = 30;
  moment.elapsed += 30;
  CHECK(model.percent(moment) == 80);
}

TEST_CASE("a run that is late is not about to end, with or without steps", "[progress]") {
  const ProgressModel plain({HistoryEntry{.seconds = 100}}, {});
  CHECK(plain.percent({.elapsed = 50}) == 50);
  CHECK(plain.percent({.elapsed = 100}) == 90);
  CHECK(plain.at({.elapsed = 3700}).left.value() > 900);
  const ProgressModel model({run_of(k_usual)}, {});
  Moment moment = moment_after(k_usual);
  moment.elapsed += 400;
  CHECK(model.at(moment).left.value() >= 95);
}

TEST_CASE("a name that comes twice is two steps", "[progress]") {
  const ProgressModel model({run_of({{"pass", 25}, {"pass", 75}})}, {});
  CHECK(model.percent(moment_after({{"pass", 25}})) == 25);
  CHECK(model.percent(moment_after({{"pass", 25}}, "pass", 25)) == 50);
}

TEST_CASE("a step of the odd run does not hold back the others", "[progress]") {
  const auto usual = run_of({{"a", 50}, {"b", 50}});
  const ProgressModel model({run_of({{"a", 50}, {"b", 50}, {"rare", 900}}), usual, usual}, {});
  CHECK(model.percent(moment_after({{"a", 50}})) == 50);
}

TEST_CASE("a step that does not come any more holds back little", "[progress]") {
  const auto entry = run_of({{"a", 10}, {"gone", 40}, {"c", 10}, {"d", 10}, {"e", 10}, {"f", 10}});
  const ProgressModel model({entry}, {});
  CHECK(model.percent(moment_after({{"a", 10}, {"c", 10}, {"d", 10}, {"e", 10}, {"f", 10}})) >= 75);
}

TEST_CASE("a step without history counts by the time that it takes", "[progress]") {
  const ProgressModel model({run_of({{"a", 50}, {"b", 50}})}, {});
  const int before = model.percent(moment_after({{"a", 50}}));
  const int with = model.percent(moment_after({{"a", 50}, {"new", 50}}));
  CHECK(with > before);
  CHECK(with < 80);
}

TEST_CASE("without history the weights of the profile count", "[progress]") {
  const Outline outline{.weights = {{"(?i)^table", 10}, {"index", 30}, {"(", 99}}};
  const ProgressModel model({}, outline);
  CHECK(model.percent(moment_after({})) == 0);
  CHECK(model.percent(moment_after({{"Tables", 10}})) == 25);
  CHECK(model.percent(moment_after({{"Tables", 10}}, "all indexes", 10)) == 50);
  CHECK(model.percent(moment_after({{"Tables", 2}})) < 30);  // on a faster machine
  CHECK(model.percent(moment_after({{"Tables", 2}})) > 15);
  CHECK_FALSE(model.at(moment_after({{"Tables", 10}})).left);
  CHECK_FALSE(model.median());
}

TEST_CASE("without weights every step counts the same", "[progress]") {
  const ProgressModel ten({}, {.steps = 10});
  CHECK(ten.percent(moment_after({{"a", 1}}, "b")) == 10);
  CHECK(ten.percent(moment_after({{"a", 1}}, "b", 1)) == 15);
  CHECK(ten.percent(moment_after({{"a", 1}}, "b", 1000)) == 19);
  CHECK(ten.percent(moment_after({{"a", 1}, {"b", 1}, {"c", 1}})) == 30);
  CHECK_FALSE(ten.median());
  CHECK_FALSE(ten.remaining(10s, 10));
}

TEST_CASE("if nothing is known, the time alone counts, ever more slowly", "[progress]") {
  const ProgressModel unknown({}, {});
  int shown = 0, still = 0;
  ProgressMeter meter(unknown);
  for (int elapsed = 0; elapsed < 3600; ++elapsed) {
    const int percent = meter.percent({.elapsed = static_cast<double>(elapsed)});
    REQUIRE(percent >= shown);
    still = percent > shown ? 0 : still + 1;
    REQUIRE(still <= 3 + elapsed / 10);
    shown = percent;
  }
  CHECK(shown < 90);
  CHECK(shown > 80);
}

TEST_CASE("output that says it is done is 99", "[progress]") {
  Moment moment = moment_after({});
  moment.says_done = true;
  CHECK(ProgressModel({}, {.steps = 200}).percent(moment) == 99);
}

TEST_CASE("runs of the same workspace and of a similar size say more", "[progress]") {
  const auto entry = [](double seconds, std::int64_t bytes, const char* workspace) {
    return HistoryEntry{.seconds = seconds, .steps = {}, .workspace = workspace, .bytes = bytes};
  };
  const std::vector<HistoryEntry> history{entry(10, 1000, "small"), entry(10, 1000, "tiny"),
                                          entry(300, 64000, "big")};
  const auto left = [&](const Subject& subject) {
    return ProgressModel(history, {}, subject).at({}).left.value();
  };
  CHECK(left({}) == 10);
  CHECK(left({.workspace = "new", .bytes = 64000}) > 200);
  CHECK(left({.workspace = "new", .bytes = 1000}) < 20);
  CHECK(left({.workspace = "big", .bytes = {}}) > 200);
}

TEST_CASE("a size that matters scales the step for which it does", "[progress]") {
  std::vector<HistoryEntry> history;
  for (const int size : {1, 2, 4, 8}) {
    history.push_back(run_of({{"texts", 10}, {"indexes", 5.0 * size}}));
    history.back().bytes = size * 1000;
  }
  const ProgressModel model(history, {}, {.workspace = "w", .bytes = 16000});
  CHECK(std::abs(model.at({}).left.value() - 90) < 0.1);
  CHECK(model.percent(moment_after({{"texts", 10}})) == 11);
  history.pop_back();  // three runs show nothing
  CHECK(ProgressModel(history, {}, {.bytes = 16000}).at({}).left.value() < 40);
}

TEST_CASE("the median of what runs took", "[progress]") {
  const auto took = [](double seconds) { return HistoryEntry{.seconds = seconds}; };
  CHECK(ProgressModel({took(10)}, {}).median() == 10);
  CHECK(ProgressModel({took(10), took(1000), took(20)}, {}).median() == 20);
  CHECK(ProgressModel({took(10), took(15)}, {}).median() == 12.5);
  CHECK(ProgressModel({took(10), took(15)}, {}).whole_median() == 13s);
}

TEST_CASE("what is left of a run of which only its percentage is known", "[progress]") {
  const ProgressModel model({HistoryEntry{.seconds = 100}}, {});
  CHECK(model.remaining(0s, 0) == 100s);
  CHECK(model.remaining(40s, 0) == 60s);
  CHECK(model.remaining(40s, 80) == 20s);  // ahead by the steps
  CHECK(model.remaining(80s, 10) == 20s);
  CHECK(model.remaining(99s, 99) == 1s);
  CHECK(model.remaining(3700s, 50) == 1810s);  // an hour late: it will hardly end in a second
}

TEST_CASE("typical runs come near to the end, and none stands still", "[progress]") {
  const std::vector<HistoryEntry> history{run_of(k_usual), run_of(times(1.1, k_usual))};
  const Outline outline{.weights = {{"tables", 20}, {"texts", 15}, {"indexes", 60}}};
  for (const double factor : {0.8, 1.0, 1.2, 2.0}) {
    INFO("factor " << factor);
    const Played with = play(ProgressModel(history, {}), times(factor, k_usual));
    CHECK(with.last >= 90);
    CHECK(with.still <= 0.1);
    const Played without = play(ProgressModel({}, outline), times(factor, k_usual));
    CHECK(without.last >= 75);
    CHECK(without.still <= 0.1);
  }
  // One step takes three times as long as before.
  std::vector<Step> late = k_usual;
  late[2].seconds *= 3;
  CHECK(play(ProgressModel(history, {}), late).still <= 0.1);
}

TEST_CASE("percent and time left stay within what makes sense", "[progress]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto step = [&random] {
    const double seconds = random() % 3 == 0 ? 0 : static_cast<double>(random() % 50);
    return Step{std::string(1, static_cast<char>('a' + random() % 6)), seconds};
  };
  const auto steps = [&](std::size_t most) {
    std::vector<Step> out;
    for (auto count = random() % most; count > 0; --count) out.push_back(step());
    return out;
  };
  for (int i = 0; i < 1000; ++i) {
    INFO("case " << i);
    std::vector<HistoryEntry> history;
    for (auto runs = random() % 6; runs > 0; --runs) {
      history.push_back(run_of(steps(8), static_cast<double>(random() % 3)));
      if (random() % 2 == 0) history.back().bytes = static_cast<std::int64_t>(random() % 5) * 1000;
    }
    Outline outline{.steps = static_cast<int>(random() % 10)};
    if (random() % 2 == 0) outline.weights = {{"a", 10}, {"b", 0}, {"[cd]", 30}};
    const ProgressModel model(history, outline, {.workspace = "w", .bytes = 3000});
    play(model, steps(10));
    const auto left =
        model.remaining(std::chrono::seconds(random() % 1000), static_cast<int>(random() % 100));
    REQUIRE(left.has_value() == !history.empty());
    if (left) REQUIRE(*left >= 1s);
  }
}

TEST_CASE("a moment of a status", "[progress]") {
  Status status;
  status.steps = {{"a", 4}};
  status.step = "b";
  status.step_since = at_ms(10'000);
  Moment moment = Moment::of(status, 9, at_ms(13'000));
  CHECK(moment.since == 3);
  CHECK(moment.elapsed == 9);
  moment = Moment::of(status, 9, at_ms(99'000));  // the clock of another boot, say
  CHECK(moment.since == 5);
  CHECK(Moment::of(status, 9, at_ms(0)).since == 0);
  status.verdict.emplace().seconds = 6;
  CHECK(Moment::of(status, 900, at_ms(99'000)).elapsed == 6);
}

TEST_CASE("what a status alone says grows with the time", "[progress]") {
  const ProgressModel model({run_of(k_usual)}, {});
  Status status;
  int shown = percent_by_status(model, status, at_ms(0));
  CHECK(shown == 0);
  upkeep::BootTime now = at_ms(0);
  for (const Step& step : k_usual) {
    status.step = step.name;
    status.step_since = now;
    for (int look = 0; look <= 4; ++look) {
      const auto passed = std::chrono::milliseconds(std::llround(step.seconds * 250 * look));
      const int percent = percent_by_status(model, status, now + passed);
      REQUIRE(percent >= shown);
      shown = percent;
    }
    now += std::chrono::milliseconds(std::llround(step.seconds * 1000));
    status.steps.push_back(step);
  }
  status.step.clear();
  CHECK(shown >= 90);
  status.says_done = true;
  CHECK(percent_by_status(model, status, now) == 99);
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
