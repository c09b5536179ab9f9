// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/claim.hpp"
#include "upgrade/model/queue_order.hpp"

#include <algorithm>
#include <random>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using std::chrono::seconds;
using upkeep::WallTime;

namespace {

const WallTime k_now{std::chrono::hours(500'000)};

Run queued(std::int64_t id, int priority, int due_in_s) {
  Run run;
  run.id = id;
  run.workspace = "w" + std::to_string(id);
  run.target = "3.10";
  run.priority = priority;
  run.due_at = k_now + seconds(due_in_s);
  return run;
}

std::int64_t next(const std::vector<Run>& runs, const DueFilter& filter = {},
                  const QueueBarriers& barriers = {}) {
  const Run* run = next_due(runs, filter, barriers, k_now);
  return run == nullptr ? 0 : run->id;
}

}  // namespace

TEST_CASE("priority goes first, then what is due longer, then age", "[queue]") {
  CHECK(next({queued(1, 6, -900), queued(2, 5, -1), queued(3, 5, -1)}) == 2);
  CHECK(next({queued(1, 5, -1), queued(2, 5, -2)}) == 2);
  CHECK(next({queued(1, 5, 0)}) == 1);
  CHECK(next({queued(1, 5, 1)}) == 0);
  CHECK(next({queued(1, 1, 1), queued(2, 9, 0)}) == 2);
  CHECK(next({}) == 0);
}

TEST_CASE("what is not queued, or waited for by name, is not due", "[queue]") {
  for (const RunState state :
       {RunState::running, RunState::succeeded, RunState::failed, RunState::lost,
        RunState::interrupted, RunState::skipped, RunState::cancelled}) {
    Run run = queued(1, 5, -1);
    run.state = state;
    CHECK_FALSE(is_due(run, k_now));
  }
  Run direct = queued(1, 5, -1);
  direct.origin = Origin::direct;
  CHECK_FALSE(is_due(direct, k_now));
}

TEST_CASE("the order is one: what runs is first, and of two one is", "[queue]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  for (int round = 0; round < 500; ++round) {
    std::vector<Run> runs;
    runs.reserve(12);
    for (int id = 1; id <= 12; ++id) {
      runs.push_back(queued(id, static_cast<int>(random() % 3), static_cast<int>(random() % 4)));
      if (random() % 4 == 0) runs.back().state = RunState::running;
    }
    std::shuffle(runs.begin(), runs.end(), random);
    std::sort(runs.begin(), runs.end(), is_served_before);
    for (std::size_t i = 1; i < runs.size(); ++i) {
      const Run &a = runs[i - 1], &b = runs[i];
      REQUIRE(is_served_before(a, b));
      REQUIRE_FALSE(is_served_before(b, a));
      REQUIRE((a.state == RunState::running || b.state == RunState::queued));
      if (a.state != RunState::queued) continue;
      REQUIRE(a.priority <= b.priority);
      if (a.priority == b.priority) REQUIRE(a.due_at <= b.due_at);
    }
  }
}

TEST_CASE("a pause, a hold and a closed sweep keep runs back", "[queue]") {
  std::vector<Run> runs{queued(1, 5, -3), queued(2, 5, -2), queued(3, 5, -1)};
  runs[1].sweep = "night";
  CHECK(next(runs, {}, {.paused = true, .held = {}, .closed_sweeps = {}}) == 0);
  CHECK(next(runs, {}, {.paused = false, .held = {"w1"}, .closed_sweeps = {}}) == 2);
  CHECK(next(runs, {}, {.paused = false, .held = {"w1"}, .closed_sweeps = {"night"}}) == 3);
  CHECK(next(runs, {}, {.paused = false, .held = {"w1", "w3"}, .closed_sweeps = {"night"}}) == 0);
  CHECK(next(runs, {}, {.paused = false, .held = {}, .closed_sweeps = {"day"}}) == 1);
}

TEST_CASE("a drain takes runs to its own target, and pinned ones that have probes", "[queue]") {
  struct Case {
    const char* target;
    bool pinned, allowed;
  };
  DueFilter filter;
  filter.target = "3.10";
  filter.versions = {"3.9", "3.10"};
  for (const Case& one : std::initializer_list<Case>{{"3.10", false, true},
                                                     {"3.10", true, true},
                                                     {"3.9", false, false},
                                                     {"3.9", true, true},
                                                     {"3.8", false, false},
                                                     {"3.8", true, false}}) {
    Run run = queued(1, 5, 0);
    run.target = one.target;
    run.pinned = one.pinned;
    INFO(one.target << (one.pinned ? " pinned" : ""));
    CHECK(filter.allows(run, k_now) == one.allowed);
    CHECK(DueFilter{}.allows(run, k_now));
  }
}

TEST_CASE("what was put back since the drain began is left alone for five minutes", "[queue]") {
  DueFilter filter;
  filter.began = k_now - seconds(3600);
  Run run = queued(1, 5, -3600);
  CHECK(filter.allows(run, k_now));
  run.put_back_at = k_now - seconds(1);
  CHECK_FALSE(filter.allows(run, k_now));
  run.put_back_at = k_now - k_left_alone;
  CHECK_FALSE(filter.allows(run, k_now));
  run.put_back_at = k_now - k_left_alone - std::chrono::milliseconds(1);
  CHECK(filter.allows(run, k_now));
  // Before the drain began: another one had bad luck with it.
  filter.began = k_now - seconds(10);
  run.put_back_at = k_now - seconds(11);
  CHECK(filter.allows(run, k_now));
  run.put_back_at = k_now - seconds(10);
  CHECK_FALSE(filter.allows(run, k_now));
}

TEST_CASE("who overtakes whom", "[queue]") {
  const Run tonight = queued(1, 6, 6 * 3600);
  const Overtaking login = overtaking_of(tonight, 5, k_now);
  CHECK(login.sooner);
  CHECK(login.ahead);
  CHECK_FALSE(login.leaves);
  Run of_sweep = tonight;
  of_sweep.sweep = "night";
  CHECK(overtaking_of(of_sweep, 5, k_now).leaves);
  CHECK_FALSE(overtaking_of(of_sweep, 7, tonight.due_at).any());
  CHECK(overtaking_of(of_sweep, 5, tonight.due_at).leaves);
  // Of two logins within a minute neither hurries the other's run.
  const Run soon = queued(2, 5, 60);
  CHECK_FALSE(overtaking_of(soon, 5, k_now).any());
  CHECK(overtaking_of(queued(2, 5, 61), 5, k_now).sooner);
  CHECK(overtaking_of(soon, 1, k_now + seconds(60)).ahead);
  // Neither what runs nor what a ws-upgrade waits with.
  Run running = tonight;
  running.state = RunState::running;
  CHECK_FALSE(overtaking_of(running, 1, k_now).any());
  Run direct = tonight;
  direct.origin = Origin::direct;
  CHECK_FALSE(overtaking_of(direct, 1, k_now).any());
}

TEST_CASE("what has lost its job", "[queue]") {
  Run run = queued(1, 5, -200);
  run.queued_at = k_now - seconds(15);
  CHECK_FALSE(has_lost_job(run, true, k_now));  // its job may be on its way
  run.queued_at = k_now - seconds(16);
  CHECK(has_lost_job(run, false, k_now));
  run.job = "17";
  CHECK(has_lost_job(run, true, k_now));
  CHECK_FALSE(has_lost_job(run, false, k_now));
  run.due_at = k_now - seconds(90);
  CHECK_FALSE(has_lost_job(run, true, k_now));
  run.due_at = k_now - seconds(91);
  CHECK(has_lost_job(run, true, k_now));
  run.state = RunState::running;
  CHECK_FALSE(has_lost_job(run, true, k_now));
}

TEST_CASE("whether something will start what is due", "[queue]") {
  const WallTime long_ago{};
  std::vector<Run> queue{queued(1, 5, -30)};
  CHECK_FALSE(is_served(queue, false, long_ago, k_now));
  CHECK(is_served(queue, true, long_ago, k_now));
  CHECK(is_served(queue, false, k_now - seconds(59), k_now));
  CHECK_FALSE(is_served(queue, false, k_now - seconds(60), k_now));
  queue[0].via = "at";
  CHECK(is_served(queue, false, long_ago, k_now));
  queue[0].due_at = k_now - seconds(60);
  CHECK_FALSE(is_served(queue, false, long_ago, k_now));
  queue[0].due_at = k_now + seconds(5);
  CHECK_FALSE(is_served(queue, false, long_ago, k_now));
  queue[0].state = RunState::running;
  CHECK(is_served(queue, false, long_ago, k_now));
}

TEST_CASE("a visitor with many runs ahead comes behind the logins", "[queue]") {
  ClaimRequest request;
  request.logins = {.per_address = 2, .in_total = 5};
  CHECK(request.priority_beside(99, 99) == k_default_priority);  // no visitor's
  request.address = "192.0.2.1";
  for (std::int64_t own = 0; own <= 3; ++own) {
    for (std::int64_t all = own; all <= 6; ++all) {
      INFO(own << " of " << all);
      const int expected = own < 2 && all < 5 ? k_default_priority : k_default_priority + 1;
      CHECK(request.priority_beside(own, all) == expected);
    }
  }
  request.priority = 8;  // is behind them in any case
  CHECK(request.priority_beside(99, 99) == 8);
  CHECK_FALSE(request.is_limited());
}
