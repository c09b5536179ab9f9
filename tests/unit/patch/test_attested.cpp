// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/lifecycle/attested.hpp"
#include "patch/lifecycle/state_dates.hpp"

using namespace upkeep;                    // NOLINT
using namespace upkeep::patch;             // NOLINT
using namespace upkeep::patch::lifecycle;  // NOLINT

namespace {

patch::Event history_event(std::uint64_t id, const char* action, std::vector<Change> changes) {
  patch::Event one;
  one.id = id;
  one.at = "2014-03-01T00:00:00Z";
  one.actor = "ann";
  one.action = action;
  one.kind = kind_of(one.action, changes);
  one.changes = std::move(changes);
  return one;
}

config::Patch attesting(const std::vector<std::string>& what) {
  config::Patch config;
  config.attests = {{"Read", what}};
  return config;
}

/// The items that a change of the description makes stale.
std::vector<StaleTick> stale_after(const std::vector<patch::Event>& events, const char* from,
                                   const char* to) {
  return stale_ticks(attesting({"overview_description"}), events,
                     {.fields = {{"overview_description", from, to}}});
}

}  // namespace

TEST_CASE("pmt attests: the value at the tick counts") {
  std::vector<patch::Event> events{history_event(1, "create", {{"state", {}, "A"}}),
                                   history_event(2, "tick", {{"read", false, true}})};
  REQUIRE(stale_after(events, "one", "two").size() == 1);
  CHECK(stale_after(events, "one", "two").front().keys ==
        std::vector<std::string>{"overview_description"});
  CHECK(stale_after(events, "one", "one").empty());
  events.push_back(history_event(3, "edit", {{"overview_description", "one", "two"}}));
  CHECK(stale_after(events, "two", "one").empty());
  CHECK(stale_after(events, "two", "three").size() == 1);
  events.push_back(history_event(4, "untick", {{"read", true, false}}));
  CHECK(stale_after(events, "two", "three").empty());
  // Ticked again: another value is attested.
  events.push_back(history_event(5, "tick", {{"read", false, true}}));
  CHECK(stale_after(events, "two", "one").size() == 1);
}

TEST_CASE("pmt attests: ticks of earlier states are named, unless their move was undone") {
  std::vector<patch::Event> events{history_event(1, "create", {{"state", {}, "A"}}),
                                   history_event(2, "tick", {{"Read", false, true}}),
                                   history_event(3, "move", {{"Promote", "A", "B"}})};
  const auto stale = stale_after(events, "one", "two");
  REQUIRE(stale.size() == 1);
  CHECK(stale.front().state == "A");
  events.push_back(history_event(4, "undo", {{"Promote", "B", "A"}}));
  CHECK(stale_after(events, "one", "two").front().state.empty());
}

TEST_CASE("pmt attests: short keys, and several values in any order") {
  const std::vector<patch::Event> events{history_event(1, "create", {{"state", {}, "A"}}),
                                         history_event(2, "tick", {{"Read", false, true}})};
  const auto change = [](ValueList from, ValueList to) {
    return ContentChange{.fields = {{"overview_client", std::move(from), std::move(to)}}};
  };
  const config::Patch config = attesting({"client"});
  CHECK(stale_ticks(config, events, change({"a", "b"}, {"b", "a"})).empty());
  CHECK(stale_ticks(config, events, change({"a", "b"}, {"a"})).size() == 1);
  CHECK(stale_ticks(attesting({"jars"}), events, change({"a"}, {"b"})).empty());
}

TEST_CASE("pmt attests: jars are compared by digest, and the first recording is no change") {
  const config::Patch config = attesting({"jars"});
  const auto change = [](JarDigests before, JarDigests after) {
    return ContentChange{.jars_before = std::move(before), .jars_after = std::move(after)};
  };
  std::vector<patch::Event> events{history_event(1, "create", {{"state", {}, "A"}}),
                                   history_event(2, "tick", {{"Read", false, true}})};
  CHECK(stale_ticks(config, events, change({}, {{"a.jar", "1"}})).empty());
  CHECK(attested_changes(config, change({}, {{"a.jar", "1"}})).empty());
  events.push_back(history_event(3, "record", {{"a.jar", {}, "1"}}));
  CHECK(stale_ticks(config, events, change({{"a.jar", "1"}}, {{"a.jar", "1"}})).empty());
  CHECK(stale_ticks(config, events, change({{"a.jar", "1"}}, {{"a.jar", "2"}})).size() == 1);
  CHECK(stale_ticks(config, events, change({{"a.jar", "1"}}, {})).size() == 1);
  events.push_back(history_event(4, "record", {{"a.jar", "1", "2"}}));
  CHECK(stale_ticks(config, events, change({{"a.jar", "2"}}, {{"a.jar", "1"}})).empty());
}

TEST_CASE("pmt dates: a move's dates are taken back unless they were changed since") {
  const patch::Event move =
      history_event(1, "move", {{"Promote", "A", "B"}, {"dates_qaStartedOn", {}, "2014-03-01"}});
  Document fields{{"dates_qaStartedOn", {"2014-03-01"}}};
  const auto changes = dates_taken_back(move, fields);
  REQUIRE(changes.size() == 1);
  apply_changes(changes, fields);
  CHECK(fields.empty());
  CHECK(dates_taken_back(move, {{"dates_qaStartedOn", {"2014-03-02"}}}).empty());
  CHECK(dates_taken_back(move, {}).empty());
}
