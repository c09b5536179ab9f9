// SPDX-License-Identifier: MIT
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "slot_world.hpp"

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using slot_world::first_broken_promise;
using slot_world::Rules;
using slot_world::Setting;
using namespace std::chrono_literals;
using upkeep::BootTime;
using upkeep::config::OnLockLoss;
using upkeep::test::at_ms;

namespace {

SlotRow held(OnLockLoss policy, std::chrono::milliseconds idle) {
  SlotRow row;
  row.slot = 1;
  row.epoch = 7;
  row.run = 42;
  row.host = "there";
  row.policy = policy;
  row.lease = 60s;
  row.idle = idle;
  return row;
}

Setting setting_of(OnLockLoss policy, int one, int two) {
  Setting setting;
  setting.policy = policy;
  setting.slots = {one, two};
  return setting;
}

constexpr int k_seeds = 1000;

}  // namespace

TEST_CASE("a lease is held under its slot, epoch and run alone", "[slot]") {
  const SlotRow row = held(OnLockLoss::finish, 0s);
  CHECK(holds(row, {1, 7, 42}));
  CHECK_FALSE(holds(row, {2, 7, 42}));
  CHECK_FALSE(holds(row, {1, 6, 42}));
  CHECK_FALSE(holds(row, {1, 8, 42}));
  CHECK_FALSE(holds(row, {1, 7, 41}));
  SlotRow free = row;
  free.run.reset();
  CHECK_FALSE(holds(free, {1, 7, 42}));
}

TEST_CASE("a run is written to under its own lease, while it runs", "[slot]") {
  Run run;
  run.id = 42;
  run.slot = 1;
  run.epoch = 7;
  for (const RunState state :
       {RunState::queued, RunState::succeeded, RunState::failed, RunState::lost,
        RunState::interrupted, RunState::skipped, RunState::cancelled}) {
    run.state = state;
    CHECK_FALSE(may_write(run, {1, 7, 42}));
  }
  run.state = RunState::running;
  CHECK(may_write(run, {1, 7, 42}));
  CHECK_FALSE(may_write(run, {1, 6, 42}));
  CHECK_FALSE(may_write(run, {1, 7, 43}));
  // Each slot counts epochs of its own: the same number is another lease.
  CHECK_FALSE(may_write(run, {2, 7, 42}));
  run.epoch.reset();
  CHECK_FALSE(may_write(run, {1, 7, 42}));
}

TEST_CASE("a free slot is taken while fewer than the host knows are held", "[slot]") {
  SlotRow free = held(OnLockLoss::finish, 0s);
  free.run.reset();
  for (int slots = 1; slots <= 4; ++slots) {
    for (int taken = 0; taken <= 5; ++taken) CHECK(may_take(free, taken, slots) == (taken < slots));
  }
  CHECK_FALSE(may_take(held(OnLockLoss::finish, 300h), 0, 4));
  CHECK_FALSE(may_take(held(OnLockLoss::kill, 300h), 0, 4));
}

TEST_CASE("what is done about a slot's row", "[slot]") {
  struct Case {
    OnLockLoss policy;
    std::chrono::milliseconds idle;
    SlotStep elsewhere;
    bool stale;
  };
  const auto finish = OnLockLoss::finish, kill = OnLockLoss::kill;
  for (const Case& one : std::initializer_list<Case>{
           {finish, -5s, SlotStep::wait, false},
           {finish, 59'900ms, SlotStep::wait, false},
           {finish, 60s, SlotStep::wait, true},
           {finish, 120s, SlotStep::wait, true},
           {finish, 20'000h, SlotStep::wait, true},
           {kill, -5s, SlotStep::wait, false},
           {kill, 60s, SlotStep::wait, true},
           {kill, 119'900ms, SlotStep::wait, true},
           {kill, 120s, SlotStep::take_over, true},
           {kill, 20'000h, SlotStep::take_over, true},
       }) {
    const SlotRow row = held(one.policy, one.idle);
    INFO("idle " << one.idle.count() << " ms");
    CHECK(next_step(row, "here") == one.elsewhere);
    CHECK(next_step(row, "there") == SlotStep::recover);
    CHECK(is_stale(row) == one.stale);
    SlotRow free = row;
    free.run.reset();
    CHECK(next_step(free, "here") == SlotStep::take);
    CHECK(next_step(free, "there") == SlotStep::take);
  }
}

TEST_CASE("what becomes of a run that nobody looks after", "[slot]") {
  for (int bits = 0; bits < 32; ++bits) {
    Remains remains;
    remains.host_lock_is_free = (bits & 1) != 0;
    remains.has_status = (bits & 2) != 0;
    remains.has_verdict = (bits & 4) != 0;
    remains.has_log = (bits & 8) != 0;
    remains.origin = (bits & 16) != 0 ? Origin::direct : Origin::queue;
    const RecoveryStep step = recovery_of(remains);
    INFO("bits " << bits);
    if (!remains.host_lock_is_free) {
      CHECK(step == RecoveryStep::wait);
    } else if (remains.has_status) {
      CHECK(step == (remains.has_verdict ? RecoveryStep::end_verdict : RecoveryStep::end_lost));
    } else if (remains.has_log) {
      CHECK(step == RecoveryStep::end_lost);
    } else {
      const bool waits = remains.origin == Origin::queue;
      CHECK(step == (waits ? RecoveryStep::put_back : RecoveryStep::cancel));
    }
  }
}

TEST_CASE("a lease is renewed well before it is stale, and nothing starts under an old one") {
  for (int lease_s = 1; lease_s <= 3600; ++lease_s) {
    const std::chrono::milliseconds lease(1000LL * lease_s);
    const LeaseTimes times(lease);
    CHECK(times.between_renewals() * 2 < lease);
    CHECK(times.before_retry() <= times.between_renewals());
    const BootTime renewed_at = at_ms(5000);
    CHECK(times.is_fresh(renewed_at, renewed_at));
    CHECK(times.is_fresh(renewed_at, renewed_at + lease / 2 - std::chrono::milliseconds(1)));
    CHECK_FALSE(times.is_fresh(renewed_at, renewed_at + lease / 2));
  }
}

// A comparison shows the promise that was broken, empty() would not.
// NOLINTBEGIN(readability-container-size-empty)

TEST_CASE("the promise holds, whatever is killed, frozen and cut", "[slot][promise]") {
  for (const OnLockLoss policy : {OnLockLoss::finish, OnLockLoss::kill}) {
    CHECK(first_broken_promise(k_seeds, setting_of(policy, 1, 1)) == "");
    CHECK(first_broken_promise(k_seeds, setting_of(policy, 2, 2)) == "");
    CHECK(first_broken_promise(k_seeds, setting_of(policy, 1, 3)) == "");
    Setting storm = setting_of(policy, 2, 2);
    storm.trouble = 80;
    CHECK(first_broken_promise(k_seeds, storm) == "");
    Setting stepping = setting_of(policy, 1, 1);
    stepping.clock_step_ms = 2000;  // a third of the lease
    CHECK(first_broken_promise(k_seeds, stepping) == "");
  }
}

TEST_CASE("no server has more commands than slots, whatever is killed, frozen and cut",
          "[slot][promise]") {
  for (const OnLockLoss policy : {OnLockLoss::finish, OnLockLoss::kill}) {
    Setting setting = setting_of(policy, 3, 3);
    setting.runs = 6;
    setting.server_slots = {1, 1};
    CHECK(first_broken_promise(k_seeds, setting) == "");
    setting.server_slots = {1, 2};
    setting.trouble = 80;
    CHECK(first_broken_promise(k_seeds, setting) == "");
    setting.server_slots = {0, 1};
    CHECK(first_broken_promise(k_seeds, setting) == "");
  }
}

TEST_CASE("a holder that ignores places puts two commands on one server", "[slot][promise]") {
  Rules rules;
  rules.free_place = [](const std::vector<int>& taken, std::optional<int>) {
    return free_place(taken, std::nullopt);
  };
  Setting setting = setting_of(OnLockLoss::finish, 3, 3);
  setting.server_slots = {1, 1};
  CHECK(first_broken_promise(k_seeds, setting, rules) != "");
}

TEST_CASE("without the epoch a stale holder writes", "[slot][promise]") {
  Rules rules;
  rules.holds = [](const SlotRow& row, const Lease& lease) { return row.run == lease.run; };
  rules.may_write = [](const Run& run, const Lease&) { return run.state == RunState::running; };
  Setting storm = setting_of(OnLockLoss::kill, 2, 2);
  storm.trouble = 80;
  CHECK(first_broken_promise(10 * k_seeds, storm, rules) != "");
}

TEST_CASE("without the host lock a slot is freed under a running command", "[slot][promise]") {
  Rules rules;
  rules.recovery_of = [](Remains remains) {
    remains.host_lock_is_free = true;
    return recovery_of(remains);
  };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::finish, 1, 1), rules) != "");
}

TEST_CASE("who takes over too early starts a second command", "[slot][promise]") {
  const auto early = [](OnLockLoss policy, double leases) {
    Rules rules;
    rules.next_step = [policy, leases](const SlotRow& row, const std::string& host) {
      if (row.run && row.host != host && row.policy == policy && row.idle >= leases * row.lease)
        return SlotStep::take_over;
      return next_step(row, host);
    };
    return first_broken_promise(k_seeds, setting_of(policy, 1, 1), rules);
  };
  CHECK(early(OnLockLoss::kill, 1) != "");
  CHECK(early(OnLockLoss::finish, 2) != "");
}

TEST_CASE("who takes over upon an old look may meet a holder that is back", "[slot][promise]") {
  Rules rules;
  rules.looks_again = false;
  CHECK(first_broken_promise(20 * k_seeds, setting_of(OnLockLoss::kill, 1, 1), rules) != "");
}

TEST_CASE("a guardian that is given too much time outlives its lease", "[slot][promise]") {
  Rules rules;
  rules.grace = [](const auto&, std::chrono::milliseconds configured) { return configured; };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::kill, 1, 1), rules) != "");
}

TEST_CASE("whoever ignores the count takes more slots than it knows", "[slot][promise]") {
  Rules rules;
  rules.may_take = [](const SlotRow& row, int, int) { return !row.run; };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::finish, 1, 3), rules) != "");
}

TEST_CASE("what is started under an old lease may be a second command", "[slot][promise]") {
  Rules rules;
  rules.is_fresh = [](const LeaseTimes&, BootTime, BootTime) { return true; };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::kill, 1, 1), rules) != "");
}

TEST_CASE("a run that was started is not queued again", "[slot][promise]") {
  Rules rules;
  rules.recovery_of = [](const Remains& remains) {
    const RecoveryStep step = recovery_of(remains);
    return step == RecoveryStep::end_lost ? RecoveryStep::put_back : step;
  };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::finish, 1, 1), rules) != "");
}

TEST_CASE("a run that nobody recovers does not come to its end", "[slot][promise]") {
  Rules rules;
  rules.recovery_of = [](const Remains&) { return RecoveryStep::wait; };
  CHECK(first_broken_promise(k_seeds, setting_of(OnLockLoss::finish, 1, 1), rules) != "");
}

TEST_CASE("what is_forfeit() trusts: the server's clock makes no leap", "[slot][promise]") {
  Setting leaping = setting_of(OnLockLoss::kill, 1, 1);
  leaping.clock_step_ms = 13'000;  // more than two leases
  CHECK(first_broken_promise(k_seeds, leaping) != "");
}

// NOLINTEND(readability-container-size-empty)
