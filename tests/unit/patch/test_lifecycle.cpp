// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/lifecycle/definition_reader.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/lifecycle/sent_back.hpp"

#include <cmath>

using namespace upkeep;                    // NOLINT
using namespace upkeep::patch;             // NOLINT
using namespace upkeep::patch::lifecycle;  // NOLINT

using std::chrono::hours;
using std::chrono::seconds;

namespace {

std::chrono::sys_days day(const char* text) {
  return std::chrono::floor<std::chrono::days>(*parse_iso8601(text));
}

Event event(std::uint64_t id, const char* action, std::vector<Change> changes) {
  Event one;
  one.id = id;
  one.at = "2014-03-01T00:00:00Z";
  one.actor = "ann";
  one.action = action;
  one.kind = kind_of(one.action, changes);
  one.changes = std::move(changes);
  return one;
}

}  // namespace

TEST_CASE("pmt lifecycle: business days are counted as people count them") {
  // Every pair of days of nine weeks, one by one.
  const auto first = day("2014-02-01");
  for (int a = 0; a < 63; ++a) {
    std::int64_t count = 0;
    for (int b = a; b < 63; ++b) {
      const auto from = first + std::chrono::days{a}, to = first + std::chrono::days{b};
      REQUIRE(business_days(from, to) == count);
      if (std::chrono::weekday(to).iso_encoding() <= 5) {
        REQUIRE(add_business_days(from, count) == to);
        ++count;
      }
    }
  }
  CHECK(business_days(day("2014-03-05"), day("2014-03-01")) == 0);
}

TEST_CASE("pmt lifecycle: durations are working time") {
  config::Patch config;
  CHECK(parse_duration("1w", config) == seconds(5L * 8 * 3600));
  CHECK(parse_duration("2h30m", config) == seconds(9000));
  CHECK(spelled_duration(seconds(9000), config) == "2h 30m");
  CHECK(parse_duration("1.5h", config) == seconds(5400));
  CHECK(parse_duration(" 1h 30m ", config) == seconds(5400));
  CHECK(parse_duration("0.25d", config) == seconds(7200));
  CHECK(parse_duration("52w", config) == seconds(52L * 5 * 8 * 3600));
  for (const char* wrong :
       {"", "0m", "1", "h", "1.h", ".5h", "1..5h", "1,5h", "-1h", "9999w", "53w", "2081h"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_duration(wrong, config), UsageError);
  }
  CHECK_THROWS_AS(parse_duration("30m2h", config), UsageError);
  CHECK_THROWS_AS(parse_duration("1h99999999999999999999m", config), UsageError);
}

TEST_CASE("pmt lifecycle: checkpoints are days, hours, minutes and seconds") {
  CHECK(checkpoint_time("23d:2h:5m:52s") == seconds(23 * 86400 + 2 * 3600 + 5 * 60 + 52));
  CHECK(checkpoint_time("1:0:0:1") == seconds(86401));
  CHECK_FALSE(checkpoint_time("1d:2h"));
  CHECK_FALSE(checkpoint_time("a:b:c:d"));
}

TEST_CASE("pmt lifecycle: what was undone never was") {
  Replay walk;
  walk.take(event(1, "create", {{"state", {}, "Open"}}));
  walk.take(event(2, "tick", {{"A", false, true}}));
  walk.take(event(3, "move", {{"Go", "Open", "Open"}}));
  CHECK(walk.progress().ticks.contains("A"));
  walk.take(event(4, "move", {{"Next", "Open", "Closed"}}));
  CHECK(walk.progress().ticks.empty());
  CHECK(walk.state_event() == std::optional<std::uint64_t>(4));
  walk.take(event(5, "undo", {{"Next", "Closed", "Open"}}));
  CHECK(walk.progress().ticks.contains("A"));
  CHECK_FALSE(walk.state_event());
  CHECK(walk.moves().size() == 1);
  walk.take(event(6, "undo", {{"Go", "Open", "Open"}}));
  CHECK(walk.moves().empty());
  CHECK(walk.progress().ticks.contains("A"));
}

TEST_CASE("pmt lifecycle: the three points of an estimate") {
  const StageEstimate one{"Open", hours(5), hours(8), hours(14), {}};
  CHECK(std::llround(one.expected().count()) == 30600);
  CHECK(std::llround(one.deviation().count()) == 5400);
}

TEST_CASE("pmt lifecycle: a blank after a comma makes another event") {
  const auto reading = read_lifecycle(
      "<scxml initialstate='A'><state id='A'><datamodel><data name='checkItems'>"
      "<item name='One' forEvent='Go, Stop'/></data></datamodel><transition event='Go' target='A'/>"
      "<transition event='Stop' target='A'/></state></scxml>",
      "x");
  REQUIRE_FALSE(reading.has_errors());
  const Patch patch;
  const Progress progress;
  const State& state = reading.definition.states.at(0);
  const Situation situation{reading.definition, state, progress, patch};
  CHECK(blockers(situation, *state.transition("Go"), {}).size() == 1);
  CHECK(blockers(situation, *state.transition("Stop"), {}).empty());
}

TEST_CASE("pmt lifecycle: a patch that was sent back says by whom and why") {
  std::vector<Event> events{event(1, "create", {{"state", {}, "Open"}})};
  const auto move = [&](const char* name, const char* from, const char* to, const char* comment) {
    events.push_back(event(events.size() + 1, "move", {{name, from, to}}));
    events.back().comment = comment;
    events.back().actor = "bob";
  };
  CHECK_FALSE(sent_back({}));
  CHECK_FALSE(sent_back(events));
  move("Promote", "Open", "Testing", "fine");
  CHECK_FALSE(sent_back(events));
  move("Demote", "Testing", "FailedQA", "readme lacks\nsteps");
  REQUIRE(sent_back(events));
  CHECK(sent_back_text(*sent_back(events), {.now = *parse_iso8601("2014-03-01T03:00:00Z")}) ==
        "sent back from Testing by bob 3h ago: 'readme lacks steps'");
  // A second step back without a comment does not hide the reason; a way forward does.
  move("Demote", "FailedQA", "Open", "");
  CHECK(sent_back(events)->from == "Testing");
  events.push_back(event(5, "undo", {{"state", "Open", "FailedQA"}}));
  CHECK(sent_back(events)->from == "Testing");
  move("Promote", "FailedQA", "Testing", "done");
  CHECK_FALSE(sent_back(events));
  move("Again", "Testing", "Testing", "stays");
  CHECK_FALSE(sent_back(events));
  move("Reopen", "Testing", "Open", "");
  REQUIRE(sent_back(events));
  CHECK(sent_back_text(*sent_back(events), {.now = *parse_iso8601("2014-04-01")}) ==
        "sent back from Testing by bob 2014-03-01");
  CHECK(sent_back_text(*sent_back(events), {.relative = false}) ==
        "sent back from Testing by bob 2014-03-01 00:00");
}
