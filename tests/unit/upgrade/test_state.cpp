// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/state.hpp"

#include <random>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using upkeep::WallTime;
using upkeep::test::contains;

namespace {

constexpr Answer k_yes = Answer::holds, k_no = Answer::does_not_hold, k_unknown = Answer::unknown;

/// Two probes of the target, 3.10, and one of 3.9.
upkeep::config::Config config() {
  upkeep::config::Config config;
  config.upgrade.marker = "/run/marker";
  config.probes = {{.version = "3.10", .table = "NEW", .column = {}, .query = {}},
                   {.version = "3.10", .table = "T", .column = "C", .query = {}},
                   {.version = "3.9", .table = "OLD", .column = {}, .query = {}}};
  return config;
}

SchemaFacts facts(Answer new_table, Answer column, Answer old_table) {
  SchemaFacts facts;
  facts.exists = true;
  facts.answers = {new_table, column, old_table};
  return facts;
}

Run run_of(RunState state, std::int64_t id = 4) {
  Run run;
  run.id = id;
  run.workspace = "acme";
  run.target = "3.10";
  run.state = state;
  run.detail = "boom";
  return run;
}

WorkspaceStatus decided(const SchemaFacts& facts, RunFacts runs = {}, const Marker& marker = {},
                        bool explain = false) {
  WorkspaceStatus status;
  status.workspace = "acme";
  status.target = "3.10";
  status.runs = std::move(runs);
  decide(status, facts, config(), marker, explain);
  return status;
}

RunFacts active(RunState state) {
  RunFacts facts;
  facts.active = run_of(state);
  return facts;
}

RunFacts failed(RunState state = RunState::failed) {
  RunFacts facts;
  facts.add(run_of(state));
  return facts;
}

}  // namespace

TEST_CASE("the words of the states, and back", "[state]") {
  CHECK(state_words().size() == 6);
  for (const std::string& text : state_words()) {
    const auto state = parse_state(text);
    REQUIRE(state);
    CHECK(word(*state) == text);
  }
  CHECK_FALSE(parse_state("Upgraded"));
  CHECK_FALSE(parse_state(""));
}

TEST_CASE("the probes alone, where no run says otherwise", "[state]") {
  struct Case {
    Answer new_table, column, old_table;
    State state;
    Answer target_holds;
    const char* version;
  };
  for (const Case& one : std::initializer_list<Case>{
           {k_yes, k_yes, k_yes, State::upgraded, k_yes, "3.10"},
           {k_yes, k_yes, k_no, State::upgraded, k_yes, "3.10"},
           {k_yes, k_no, k_yes, State::pending, k_no, "3.9"},
           {k_no, k_no, k_yes, State::pending, k_no, "3.9"},
           {k_no, k_no, k_no, State::pending, k_no, ""},
           {k_no, k_unknown, k_yes, State::pending, k_no, "3.9"},
           {k_unknown, k_no, k_yes, State::pending, k_no, "3.9"},
           {k_yes, k_unknown, k_yes, State::unknown, k_unknown, "3.9"},
           {k_unknown, k_unknown, k_unknown, State::unknown, k_unknown, ""},
       }) {
    const WorkspaceStatus status = decided(facts(one.new_table, one.column, one.old_table));
    CHECK(status.state == one.state);
    CHECK(status.target_holds == one.target_holds);
    CHECK(status.version.value_or("") == one.version);
  }
}

TEST_CASE("a workspace that no server has", "[state]") {
  const WorkspaceStatus status = decided({});
  CHECK(status.state == State::unknown);
  CHECK(does_not_exist(status));
  CHECK_FALSE(does_not_exist(decided(facts(k_unknown, k_unknown, k_unknown))));
}

TEST_CASE("what could not be asked says why", "[state]") {
  SchemaFacts blind = facts(k_unknown, k_unknown, k_unknown);
  CHECK(decided(blind).detail == "no probe could be read");
  blind.problem = "access denied";
  CHECK(decided(blind).detail == "access denied");
  CHECK(decided(blind).problem == "access denied");
}

TEST_CASE("an active run goes before everything", "[state]") {
  for (const Answer answer : {k_yes, k_no, k_unknown}) {
    const SchemaFacts seen = facts(answer, answer, k_yes);
    for (const Marker& marker : {Marker{}, Marker{true, "acme"}, Marker{true, ""}}) {
      CHECK(decided(seen, active(RunState::running), marker).state == State::running);
      CHECK(decided(seen, active(RunState::queued), marker).state == State::queued);
      RunFacts again = failed();
      again.active = run_of(RunState::queued, 5);
      CHECK(decided(seen, again, marker).state == State::queued);
      CHECK_THAT(decided(seen, again, marker).detail, contains("run 5, due "));
      CHECK_THAT(decided(seen, again, marker).detail, contains("after run 4 failed: boom"));
    }
  }
}

TEST_CASE("a run to another version says so", "[state]") {
  RunFacts runs = active(RunState::queued);
  runs.active->target = "3.9";
  CHECK(decided(facts(k_no, k_no, k_yes), runs).detail == "run 4 to 3.9");
}

TEST_CASE("a failure is proof against the probes", "[state]") {
  for (const RunState ended : {RunState::failed, RunState::lost, RunState::interrupted}) {
    const WorkspaceStatus whole = decided(facts(k_yes, k_yes, k_yes), failed(ended));
    CHECK(whole.state == State::failed);
    CHECK(whole.target_holds == k_yes);
    CHECK_THAT(whole.detail, contains("(but the probes hold)"));
    const WorkspaceStatus half = decided(facts(k_no, k_yes, k_yes), failed(ended));
    CHECK(half.state == State::failed);
    CHECK_THAT(half.detail, !contains("all the same"));
  }
}

TEST_CASE("a marker of another's upgrade is a running one", "[state]") {
  const SchemaFacts pending = facts(k_no, k_no, k_yes);
  CHECK(decided(pending, {}, {true, "acme"}).state == State::running);
  CHECK(decided(pending, {}, {true, ""}).state == State::running);
  CHECK(decided(pending, {}, {true, "other"}).state == State::pending);
  CHECK(decided(pending, {}, {true, "ACME"}).state == State::pending);
  // Left over from a failed run of ours it changes nothing but the words.
  CHECK(decided(pending, failed(), {true, "acme"}).state == State::failed);
  CHECK_THAT(decided(pending, failed(), {true, "acme"}).detail, contains("still names it"));
}

TEST_CASE("an explanation names every probe that does not hold", "[state]") {
  CHECK_THAT(decided(facts(k_no, k_no, k_yes), {}, {}, true).detail, contains("missing: NEW, T.C"));
  CHECK_THAT(decided(facts(k_yes, k_no, k_yes), {}, {}, true).detail, contains("missing: T.C"));
  CHECK(decided(facts(k_no, k_no, k_yes)).detail.empty());
  CHECK(decided(facts(k_yes, k_yes, k_yes), {}, {}, true).detail.empty());
}

TEST_CASE("what a gate is answered about a held workspace", "[state]") {
  struct Case {
    State state;
    const char *open, *closed;
    bool keeps_out;
  };
  for (const Case& one :
       std::initializer_list<Case>{{State::upgraded, "upgraded", "upgraded", false},
                                   {State::pending, "held", "pending", true},
                                   {State::queued, "held", "queued", true},
                                   {State::running, "running", "running", false},
                                   {State::failed, "held", "failed", true},
                                   {State::unknown, "unknown", "unknown", false}}) {
    WorkspaceStatus status;
    status.state = one.state;
    CHECK(gate_word(status) == word(one.state));
    CHECK_FALSE(is_closed(status));
    status.hold = Hold{};
    CHECK(gate_word(status) == one.open);
    CHECK_FALSE(is_closed(status));
    status.hold->gate_closed = true;
    CHECK(gate_word(status) == one.closed);
    CHECK(is_closed(status) == one.keeps_out);
  }
}

TEST_CASE("a state never claims more than was seen", "[state]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto answer = [&random] { return static_cast<Answer>(random() % 3); };
  for (int i = 0; i < 3000; ++i) {
    const SchemaFacts seen = facts(answer(), answer(), answer());
    RunFacts runs;
    if (random() % 3 == 0)
      runs.add(run_of(random() % 2 == 0 ? RunState::queued : RunState::running, 5));
    if (random() % 3 == 0) runs.add(run_of(RunState::failed));
    const bool marked = random() % 3 == 0;
    const Marker marker = marked ? Marker{true, "acme"} : Marker{};
    const WorkspaceStatus status = decided(seen, runs, marker);
    const bool all_hold = seen.answers[0] == k_yes && seen.answers[1] == k_yes;
    INFO("case " << i << ": " << word(status.state));
    REQUIRE((status.target_holds == k_yes) == all_hold);
    if (status.state == State::upgraded) {
      REQUIRE(all_hold);
      REQUIRE_FALSE(runs.active);
      REQUIRE_FALSE(runs.last_failure);
      REQUIRE_FALSE(marked);
    }
    REQUIRE((status.state == State::failed) == (runs.last_failure && !runs.active));
    REQUIRE((status.state == State::queued) ==
            (runs.active && runs.active->state == RunState::queued));
  }
}
