// SPDX-License-Identifier: MIT
// Two hosts, a server and a few runs in memory: everything that competes for slots, driven by the
// product's own rules in steps of a tenth of a second, under random kills, freezes, cuts, power
// failures, restarts and steps of the server's clock.
#pragma once

#include "guard/loop/lease_watch.hpp"
#include "upgrade/model/lease_times.hpp"
#include "upgrade/model/server_bound.hpp"
#include "upgrade/model/slot_rules.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace slot_world {

namespace upgrade = upkeep::upgrade;
namespace guard = upkeep::guard;

/// The rules under test; a test replaces one by a broken one to see that it is caught.
struct Rules {
  std::function<bool(const upgrade::SlotRow&, const upgrade::Lease&)> holds = upgrade::holds;
  std::function<bool(const upgrade::Run&, const upgrade::Lease&)> may_write = upgrade::may_write;
  std::function<bool(const upgrade::SlotRow&, int, int)> may_take = upgrade::may_take;
  std::function<std::optional<int>(const std::vector<int>&, std::optional<int>)> free_place =
      upgrade::free_place;
  std::function<upgrade::SlotStep(const upgrade::SlotRow&, const std::string&)> next_step =
      upgrade::next_step;
  /// Who takes a lease over finds it still forfeit at that moment.
  bool looks_again = true;
  std::function<bool(const upgrade::SlotRow&)> is_stale = upgrade::is_stale;
  std::function<upgrade::RecoveryStep(const upgrade::Remains&)> recovery_of = upgrade::recovery_of;
  std::function<bool(const upgrade::LeaseTimes&, upkeep::BootTime, upkeep::BootTime)> is_fresh =
      [](const upgrade::LeaseTimes& times, upkeep::BootTime renewed_at, upkeep::BootTime now) {
        return times.is_fresh(renewed_at, now);
      };
  std::function<std::chrono::milliseconds(const guard::LeaseWatch&, std::chrono::milliseconds)>
      grace = [](const guard::LeaseWatch& watch, std::chrono::milliseconds configured) {
        return watch.grace(configured);
      };
};

struct Setting {
  upkeep::config::OnLockLoss policy = upkeep::config::OnLockLoss::finish;
  std::array<int, 2> slots{1, 1};         ///< as each host is configured
  std::array<int, 2> server_slots{0, 0};  ///< of the two servers that runs are on; 0: not bounded
  int runs = 4;
  int trouble = 20;                ///< events in a thousand steps of each host
  std::int64_t clock_step_ms = 0;  ///< the server's clock, forward, while everything is troubled
  bool person_breaks = true;       ///< leases of hosts that are down
};

/// What was promised and not kept; empty: nothing. @param seed of all that is random
std::string broken_promise(std::uint32_t seed, const Setting& setting, const Rules& rules = {});

/// The first of the seeds 1..count under which a promise is broken, and which; for messages.
std::string first_broken_promise(int count, const Setting& setting, const Rules& rules = {});

}  // namespace slot_world
