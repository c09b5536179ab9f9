// SPDX-License-Identifier: MIT
// What is the case in the world of slot_world.hpp: the tables, the hosts, and the processes on
// them.
#pragma once

#include "boot_times.hpp"
#include "slot_world.hpp"
#include "upgrade/model/run.hpp"
#include "upgrade/model/state.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace slot_world {

using upgrade::Lease;
using upgrade::RecoveryStep;
using upgrade::RunState;
using upgrade::SlotRow;
using upgrade::SlotStep;
using upkeep::config::OnLockLoss;
using upkeep::test::at_ms;
using Ms = std::int64_t;

constexpr Ms k_step = 100;
constexpr int k_lease_s = 6;
constexpr Ms k_lease = 1000LL * k_lease_s;
constexpr Ms k_grace = 10'000;
constexpr Ms k_troubled = 60'000;      // then everything comes back, and must come to its end
constexpr Ms k_come_to_end = 240'000;  // in this time
constexpr Ms k_never = std::numeric_limits<Ms>::max();
constexpr std::array<const char*, 2> k_hosts{"one", "two"};
constexpr std::array<const char*, 2> k_servers{"a:3306", "b:3306"};

/// Who holds a slot in truth: a number for each lease that was ever taken.
using Holder = int;

struct StoredRun {
  upgrade::Run run;
  Holder holder = 0;
  int starts = 0;
  bool succeeded = false;  ///< its command, in truth
};

struct StoredSlot {
  SlotRow row;
  Ms renewed_at = 0;  ///< the server's clock
  Holder holder = 0;
  int place = 0;  ///< on the server of its run
};

/// What a host keeps of a run in its state and log directories.
struct Files {
  bool has_log = false, has_status = false, has_verdict = false, success = false;
  Ms epoch = 0;
};

struct Host {
  bool up = true;
  Ms booted_at = 0, back_at = 0, cut_until = 0;
  std::map<Ms, Files> runs;
};

struct Command {
  int host = 0, slot = 0;
  Ms run = 0;
  Ms ends_at = 0, leftover_until = 0, frozen_until = 0;
  bool alive = true, obeys_term = true, fails = false, stopped = false;
};

struct Guardian {
  explicit Guardian(guard::LeaseWatch lease_watch) : watch(lease_watch) {}

  int host = 0, slot = 0;
  std::size_t supervisor = 0, command = 0;
  Lease lease;
  guard::LeaseWatch watch;
  Ms frozen_until = 0, kill_at = k_never;
  bool alive = true, done = false, has_verdict = false, success = false;
};

enum class Phase {
  seek,
  chosen,
  take,
  look,
  starting,
  running,
  dismiss,
  record,
  put_back,
  recover
};

/// A ws-upgrade.
struct Process {
  int host = 0;
  Phase phase = Phase::seek;
  bool alive = true, lost = false, in_doubt = false;
  Ms frozen_until = 0, cut_until = 0;
  Ms until = 0;                     ///< the end of the phase, or of its patience
  Ms renewed_at = 0, renew_at = 0;  ///< the boot clock
  SlotRow seen;                     ///< as it was read; what is decided on it comes later
  Holder seen_holder = 0;
  Ms run = 0;         ///< whose lock it holds; 0: none
  int host_lock = 0;  ///< the slot whose host lock it holds itself; 0: none
  Lease lease;
  Holder holder = 0;
  RunState ending = RunState::lost;
  RecoveryStep recovery = RecoveryStep::wait;
  std::optional<std::size_t> guardian;
};

class Facts {
 public:
  Facts(std::uint32_t seed, const Setting& the_setting, const Rules& the_rules)
      : random(seed), setting(the_setting), rules(the_rules) {
    const int rows = std::max(setting.slots[0], setting.slots[1]);
    for (int slot = 1; slot <= rows; ++slot) {
      StoredSlot stored;
      stored.row.slot = slot;
      slots.push_back(stored);
    }
    for (int id = 1; id <= setting.runs; ++id) {
      StoredRun stored;
      stored.run.id = id;
      stored.run.server = k_servers[static_cast<std::size_t>(id) % k_servers.size()];
      runs.push_back(stored);
    }
  }

  // --- chance

  bool chance(int in_a_thousand) { return between(1, 1000) <= in_a_thousand; }
  Ms between(Ms low, Ms high) { return std::uniform_int_distribution<Ms>(low, high)(random); }
  [[nodiscard]] bool is_troubled() const { return now < k_troubled; }

  // --- the promise

  void expect(bool kept, const std::string& otherwise) {
    if (!kept && broken.empty()) broken = otherwise + " (after " + std::to_string(now) + " ms)";
  }

  [[nodiscard]] bool runs_a_command(Ms run) const {
    return std::any_of(commands.begin(), commands.end(), [run](const Command& command) {
      return command.alive && command.run == run;
    });
  }

  // --- the server

  [[nodiscard]] Ms server_now() const { return now + server_offset; }
  [[nodiscard]] bool reaches_server(const Process& process) const {
    return now >= std::max({server_back_at, host_of(process.host).cut_until, process.cut_until});
  }
  /// Of what was committed the answer is lost.
  bool answer_is_lost(Process& process) {
    if (!is_troubled() || !chance(2 * setting.trouble)) return false;
    process.cut_until = now + between(100, 2000);
    return true;
  }
  StoredRun& stored(Ms run) { return runs[static_cast<std::size_t>(run) - 1]; }
  StoredSlot& stored_slot(int slot) { return slots[static_cast<std::size_t>(slot) - 1]; }

  [[nodiscard]] std::optional<int> bound_of(const Ms run) const {
    const int most = setting.server_slots[static_cast<std::size_t>(run) % k_servers.size()];
    return most == 0 ? std::nullopt : std::optional(most);
  }
  /// The places that leases other than that of `slot` have on the server of a run.
  [[nodiscard]] std::vector<int> places_beside(Ms run, int slot) const {
    const std::string server = k_servers[static_cast<std::size_t>(run) % k_servers.size()];
    std::vector<int> places;
    for (const StoredSlot& stored : slots) {
      if (stored.row.slot != slot && stored.row.run && stored.row.server == server)
        places.push_back(stored.place);
    }
    return places;
  }

  // --- a host

  static bool is_on(const Process& process, int host) {
    return process.alive && process.host == host;
  }

  [[nodiscard]] Ms boot_clock(int host) const { return now - host_of(host).booted_at; }

  [[nodiscard]] bool host_lock_is_free(int host, int slot) const {
    const auto here = [&](const auto& one) { return one.host == host && one.slot == slot; };
    return std::none_of(
               processes.begin(), processes.end(),
               [&](const Process& one) { return is_on(one, host) && one.host_lock == slot; }) &&
           std::none_of(guardians.begin(), guardians.end(),
                        [&](const Guardian& one) { return one.alive && here(one); }) &&
           std::none_of(commands.begin(), commands.end(), [&](const Command& one) {
             return here(one) && (one.alive || now < one.leftover_until);
           });
  }

  [[nodiscard]] bool run_lock_is_free(int host, Ms run) const {
    return std::none_of(processes.begin(), processes.end(),
                        [&](const Process& one) { return is_on(one, host) && one.run == run; });
  }

  Host& host_of(int host) { return hosts[static_cast<std::size_t>(host)]; }
  [[nodiscard]] const Host& host_of(int host) const {
    return hosts[static_cast<std::size_t>(host)];
  }

  std::mt19937 random;
  const Setting& setting;
  const Rules& rules;
  Ms now = 0, server_offset = 0, server_back_at = 0;
  Holder last_holder = 0;
  std::array<Host, 2> hosts;
  std::vector<StoredRun> runs;
  std::vector<StoredSlot> slots;
  std::vector<Command> commands;
  std::vector<Guardian> guardians;
  std::vector<Process> processes;
  std::string broken;  ///< the promise that was not kept; empty: none
};

}  // namespace slot_world
