// SPDX-License-Identifier: MIT
#include "slot_world.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace slot_world {

namespace {

using upgrade::Lease;
using upgrade::RecoveryStep;
using upgrade::RunState;
using upgrade::SlotRow;
using upgrade::SlotStep;
using upkeep::config::OnLockLoss;
using Ms = std::int64_t;

constexpr Ms k_step = 100;
constexpr int k_lease_s = 6;
constexpr Ms k_lease = 1000LL * k_lease_s;
constexpr Ms k_grace = 10'000;
constexpr Ms k_troubled = 60'000;      // then everything comes back, and must come to its end
constexpr Ms k_come_to_end = 240'000;  // in this time
constexpr Ms k_never = std::numeric_limits<Ms>::max();
constexpr std::array<const char*, 2> k_hosts{"one", "two"};

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

class World {
 public:
  World(std::uint32_t seed, const Setting& setting, const Rules& rules)
      : m_random(seed), m_setting(setting), m_rules(rules) {
    const int rows = std::max(setting.slots[0], setting.slots[1]);
    for (int slot = 1; slot <= rows; ++slot) {
      StoredSlot stored;
      stored.row.slot = slot;
      m_slots.push_back(stored);
    }
    for (int id = 1; id <= setting.runs; ++id) {
      StoredRun stored;
      stored.run.id = id;
      m_runs.push_back(stored);
    }
  }

  std::string live() {
    while (m_broken.empty() && m_now < k_troubled + k_come_to_end && !is_at_end()) {
      m_now += k_step;
      if (is_troubled()) make_trouble();
      if (m_now == k_troubled) calm_down();
      for (int host = 0; host < 2; ++host) begin_processes(host);
      for (Guardian& guardian : m_guardians) step(guardian);
      for (Command& command : m_commands) step(command);
      for (std::size_t i = 0; i < m_processes.size(); ++i) step(m_processes[i], i);
      check();
    }
    if (m_broken.empty() && !is_at_end()) m_broken = "a run does not come to its end";
    return m_broken;
  }

 private:
  // --- chance

  bool chance(int in_a_thousand) { return between(1, 1000) <= in_a_thousand; }
  Ms between(Ms low, Ms high) { return std::uniform_int_distribution<Ms>(low, high)(m_random); }
  [[nodiscard]] bool is_troubled() const { return m_now < k_troubled; }

  void make_trouble() {
    for (int host = 0; host < 2; ++host) {
      if (chance(m_setting.trouble)) trouble(host);
    }
    if (chance(m_setting.trouble / 4)) m_server_back_at = m_now + between(100, 2 * k_lease);
    if (chance(m_setting.trouble / 8)) m_server_offset -= between(100, 3 * k_lease);
    const bool steps = m_setting.clock_step_ms > 0 && m_now >= m_next_clock_step;
    if (steps && chance(m_setting.trouble)) {
      m_server_offset += m_setting.clock_step_ms;
      m_next_clock_step = m_now + 3 * k_lease;
    }
  }

  void trouble(int host) {
    Host& on = host_of(host);
    if (!on.up) return;
    switch (between(0, 9)) {
      case 0:
        return power_fails(host);
      case 1:
        on.cut_until = m_now + between(100, 5 * k_lease);
        return;
      case 2:
      case 3:
        for (Process& process : m_processes)
          if (is_on(process, host) && chance(500)) process.alive = false;
        return;
      case 4:
      case 5:
      case 6:
        for (Process& process : m_processes)
          if (is_on(process, host) && chance(500))
            process.frozen_until = m_now + between(100, 5 * k_lease);
        return;
      case 7:
        for (Guardian& guardian : m_guardians)
          if (guardian.alive && guardian.host == host) kill(guardian);
        return;
      case 8:
        return freeze_commands(host);
      default:
        for (Process& process : m_processes)
          if (is_on(process, host) && chance(500))
            process.cut_until = m_now + between(100, 3 * k_lease);
    }
  }

  static bool is_on(const Process& process, int host) {
    return process.alive && process.host == host;
  }

  void kill(Guardian& guardian) {
    guardian.alive = false;
    // Under `kill` a command dies with its guardian.
    if (m_setting.policy == OnLockLoss::kill) m_commands[guardian.command].alive = false;
  }

  /// A guardian that is stopped cannot end its command: under `kill` for a moment only.
  void freeze_commands(int host) {
    const Ms longest = m_setting.policy == OnLockLoss::kill ? k_lease / 4 : 5 * k_lease;
    const Ms until = m_now + between(100, longest);
    for (Guardian& guardian : m_guardians)
      if (guardian.alive && guardian.host == host)
        guardian.frozen_until = m_commands[guardian.command].frozen_until = until;
  }

  void power_fails(int host) {
    Host& on = host_of(host);
    on.up = false;
    on.back_at = m_now + between(1000, 6 * k_lease);
    for (Process& process : m_processes)
      if (process.host == host) process.alive = false;
    for (Guardian& guardian : m_guardians)
      if (guardian.host == host) guardian.alive = false;
    for (Command& command : m_commands) {
      if (command.host != host) continue;
      command.alive = false;
      command.leftover_until = 0;
    }
  }

  void calm_down() {
    m_server_back_at = 0;
    for (Host& host : m_host) {
      host.cut_until = 0;
      host.back_at = std::min(host.back_at, m_now);
    }
    for (Process& process : m_processes) process.frozen_until = process.cut_until = 0;
    for (Guardian& guardian : m_guardians) guardian.frozen_until = 0;
    for (Command& command : m_commands) command.frozen_until = 0;
  }

  // --- the promise

  void expect(bool kept, const std::string& otherwise) {
    if (!kept && m_broken.empty())
      m_broken = otherwise + " (after " + std::to_string(m_now) + " ms)";
  }

  [[nodiscard]] bool is_at_end() const {
    const bool ended = std::none_of(m_runs.begin(), m_runs.end(), [](const StoredRun& stored) {
      return upgrade::is_active(stored.run.state);
    });
    return ended && std::none_of(m_slots.begin(), m_slots.end(),
                                 [](const StoredSlot& slot) { return slot.row.run.has_value(); });
  }

  void check() {
    std::map<Ms, int> of_run;
    int running = 0;
    for (const Command& command : m_commands) {
      if (!command.alive) continue;
      ++running;
      ++of_run[command.run];
    }
    expect(running <= std::max(m_setting.slots[0], m_setting.slots[1]),
           "more commands run than there are slots");
    for (const auto& [run, count] : of_run) expect(count == 1, "two commands run for one run");
  }

  [[nodiscard]] bool runs_a_command(Ms run) const {
    return std::any_of(m_commands.begin(), m_commands.end(), [run](const Command& command) {
      return command.alive && command.run == run;
    });
  }

  // --- the server: what follows is one transaction each

  [[nodiscard]] Ms server_now() const { return m_now + m_server_offset; }
  [[nodiscard]] bool reaches_server(const Process& process) const {
    return m_now >=
           std::max({m_server_back_at, host_of(process.host).cut_until, process.cut_until});
  }
  /// Of what was committed the answer is lost.
  bool answer_is_lost(Process& process) {
    if (!is_troubled() || !chance(2 * m_setting.trouble)) return false;
    process.cut_until = m_now + between(100, 2000);
    return true;
  }
  StoredRun& stored(Ms run) { return m_runs[static_cast<std::size_t>(run) - 1]; }
  StoredSlot& stored_slot(int slot) { return m_slots[static_cast<std::size_t>(slot) - 1]; }

  SlotRow read(int slot) {
    StoredSlot& stored = stored_slot(slot);
    stored.row.idle_s = static_cast<double>(server_now() - stored.renewed_at) / 1000;
    return stored.row;
  }

  void set_state(StoredRun& stored, RunState state, Holder holder) {
    expect(upgrade::is_active(stored.run.state), "a run that had ended was changed");
    expect(stored.holder == holder, "a stale holder wrote to a run");
    expect(state != RunState::succeeded || stored.succeeded, "a success that was none");
    stored.run.state = state;
    if (state == RunState::queued) stored.run.epoch.reset();
  }

  bool finish(const Lease& lease, RunState state, Holder holder) {
    StoredRun& run = stored(lease.run);
    if (!m_rules.may_write(run.run, lease)) return false;
    set_state(run, state, holder);
    return true;
  }

  void release(const Lease& lease, Holder holder) {
    StoredSlot& slot = stored_slot(lease.slot);
    if (!m_rules.holds(slot.row, lease)) return;
    expect(slot.holder == holder, "a stale holder freed a slot");
    expect(!runs_a_command(lease.run), "a slot was freed while its command runs");
    slot.row.run.reset();
    slot.holder = 0;
  }

  bool take(Process& process) {
    StoredSlot& slot = stored_slot(process.seen.slot);
    StoredRun& run = stored(process.run);
    const auto taken =
        static_cast<int>(std::count_if(m_slots.begin(), m_slots.end(), [&](auto& one) {
          return one.row.run && one.row.slot != slot.row.slot;
        }));
    const int slots = m_setting.slots[static_cast<std::size_t>(process.host)];
    if (!m_rules.may_take(slot.row, taken, slots) || run.run.state != RunState::queued)
      return false;
    expect(taken < slots, "a slot was taken beyond those that its host knows");
    slot.row.epoch += 1;
    slot.row.run = process.run;
    slot.row.host = k_hosts[static_cast<std::size_t>(process.host)];
    slot.row.policy = m_setting.policy;
    slot.row.lease_s = k_lease_s;
    slot.renewed_at = server_now();
    slot.holder = run.holder = ++m_last_holder;
    run.run.state = RunState::running;
    run.run.epoch = slot.row.epoch;
    run.run.slot = slot.row.slot;
    run.run.host = slot.row.host;
    return true;
  }

  bool renew(const Lease& lease, Holder holder) {
    StoredSlot& slot = stored_slot(lease.slot);
    if (!m_rules.holds(slot.row, lease)) return false;
    expect(slot.holder == holder, "a stale holder renewed a lease");
    slot.renewed_at = server_now();
    return true;
  }

  // --- a host

  [[nodiscard]] Ms boot_clock(int host) const { return m_now - host_of(host).booted_at; }

  [[nodiscard]] bool host_lock_is_free(int host, int slot) const {
    const auto here = [&](const auto& one) { return one.host == host && one.slot == slot; };
    return std::none_of(
               m_processes.begin(), m_processes.end(),
               [&](const Process& one) { return is_on(one, host) && one.host_lock == slot; }) &&
           std::none_of(m_guardians.begin(), m_guardians.end(),
                        [&](const Guardian& one) { return one.alive && here(one); }) &&
           std::none_of(m_commands.begin(), m_commands.end(), [&](const Command& one) {
             return here(one) && (one.alive || m_now < one.leftover_until);
           });
  }

  [[nodiscard]] bool run_lock_is_free(int host, Ms run) const {
    return std::none_of(m_processes.begin(), m_processes.end(),
                        [&](const Process& one) { return is_on(one, host) && one.run == run; });
  }

  void begin_processes(int host) {
    Host& on = host_of(host);
    if (!on.up) {
      if (m_setting.person_breaks && chance(20)) person_breaks(host);
      if (m_now < on.back_at) return;
      on.up = true;
      on.booted_at = m_now;
    }
    const auto alive = std::count_if(m_processes.begin(), m_processes.end(),
                                     [&](const Process& one) { return is_on(one, host); });
    if (alive >= 2 || !chance(200)) return;
    Process process;
    process.host = host;
    m_processes.push_back(process);
  }

  /// `--break-lease`, by one who knows that the host is down.
  void person_breaks(int host) {
    if (m_now < m_server_back_at) return;
    for (StoredSlot& slot : m_slots) {
      const SlotRow row = read(slot.row.slot);
      if (!row.run || row.host != k_hosts[static_cast<std::size_t>(host)]) continue;
      if (!m_rules.is_stale(row)) continue;
      const Lease lease{row.slot, row.epoch, *row.run};
      finish(lease, RunState::lost, slot.holder);
      release(lease, slot.holder);
    }
  }

  // --- the command and its guardian

  void step(Command& command) const {
    if (!command.alive || m_now < command.frozen_until || m_now < command.ends_at) return;
    command.alive = false;
  }

  void step(Guardian& guardian) {
    if (!guardian.alive || m_now < guardian.frozen_until) return;
    Command& command = m_commands[guardian.command];
    const Ms now = boot_clock(guardian.host);
    const bool is_alone = !m_processes[guardian.supervisor].alive;
    if (!command.alive && !guardian.has_verdict) conclude(guardian, command);
    const bool kills = guardian.watch.must_kill(is_alone || guardian.done, now);
    if (kills && guardian.kill_at == k_never) terminate(guardian, command);
    if (now >= guardian.kill_at) {
      command.stopped = command.stopped || command.alive;
      command.alive = false;
      command.leftover_until = 0;
      if (!guardian.has_verdict) conclude(guardian, command);
    }
    const bool leaves = guardian.done || is_alone || guardian.watch.is_over(now);
    if (guardian.has_verdict && leaves && m_now >= command.leftover_until) guardian.alive = false;
  }

  void terminate(Guardian& guardian, Command& command) {
    guardian.kill_at = boot_clock(guardian.host) +
                       m_rules.grace(guardian.watch, std::chrono::milliseconds(k_grace)).count();
    if (!command.alive || !command.obeys_term) return;
    command.stopped = true;
    command.ends_at = std::min(command.ends_at, m_now + 300);
  }

  void conclude(Guardian& guardian, const Command& command) {
    guardian.has_verdict = true;
    guardian.success = !command.fails && !command.stopped;
    Files& files = host_of(guardian.host).runs[guardian.lease.run];
    files.has_status = files.has_verdict = true;
    files.epoch = guardian.lease.epoch;
    files.success = guardian.success;
    if (guardian.success) stored(guardian.lease.run).succeeded = true;
  }

  /// From here on the host lock is the guardian's and the command's.
  void start_command(Process& process, std::size_t index) {
    Command command;
    command.host = process.host;
    command.slot = process.lease.slot;
    command.run = process.run;
    command.ends_at = m_now + between(200, 3 * k_lease);
    command.obeys_term = chance(700);
    command.fails = chance(300);
    if (chance(150)) command.leftover_until = command.ends_at + between(100, k_lease);
    const bool kills = m_setting.policy == OnLockLoss::kill;
    Guardian guardian(guard::LeaseWatch(kills ? guard::Policy::kill : guard::Policy::finish,
                                        std::chrono::milliseconds(k_lease), process.renewed_at));
    guardian.host = process.host;
    guardian.slot = process.lease.slot;
    guardian.supervisor = index;
    guardian.command = m_commands.size();
    guardian.lease = process.lease;
    expect(++stored(process.run).starts == 1, "the command of a run was started twice");
    expect(stored_slot(process.lease.slot).holder == process.holder,
           "a command was started under the lease of another");
    m_commands.push_back(command);
    process.guardian = m_guardians.size();
    m_guardians.push_back(guardian);
    process.host_lock = 0;
    host_of(process.host).runs[process.run].has_log = true;
  }

  // --- a ws-upgrade

  void step(Process& process, std::size_t index) {
    if (!process.alive || m_now < process.frozen_until) return;
    switch (process.phase) {
      case Phase::seek:
        return seek(process);
      case Phase::chosen:
        return act(process);
      case Phase::take:
        return take_slot(process);
      case Phase::look:
        if (m_now >= process.until) process.phase = Phase::starting;
        return;
      case Phase::starting:
        return start(process, index);
      case Phase::running:
        return follow(process);
      case Phase::dismiss:
        if (!m_guardians[*process.guardian].alive || m_now >= process.until) begin_record(process);
        return;
      case Phase::record:
      case Phase::put_back:
        return record(process);
      case Phase::recover:
        return finish_recovery(process);
    }
  }

  static void rest(Process& process) {
    process.phase = Phase::seek;
    process.run = 0;
    process.host_lock = 0;
    process.in_doubt = false;
  }

  void seek(Process& process) {
    if (!reaches_server(process)) return;
    auto& known = host_of(process.host).runs;
    if (!known.empty() && chance(100)) {
      auto one = known.begin();
      std::advance(one, between(0, static_cast<Ms>(known.size()) - 1));
      return recover(process, one->first);
    }
    const int slots = m_setting.slots[static_cast<std::size_t>(process.host)];
    process.seen = read(static_cast<int>(between(1, slots)));
    process.seen_holder = stored_slot(process.seen.slot).holder;
    process.phase = Phase::chosen;
    process.until = m_now + between(0, 800);
  }

  /// Upon what was read a moment ago: meanwhile it may have changed.
  void act(Process& process) {
    if (m_now < process.until) return;
    if (!reaches_server(process)) return rest(process);
    switch (m_rules.next_step(process.seen, k_hosts[static_cast<std::size_t>(process.host)])) {
      case SlotStep::take:
        return choose_run(process);
      case SlotStep::take_over: {
        const Lease lease{process.seen.slot, process.seen.epoch, *process.seen.run};
        const SlotRow now = read(lease.slot);
        const std::string host = k_hosts[static_cast<std::size_t>(process.host)];
        const bool still =
            !m_rules.looks_again ||
            (m_rules.holds(now, lease) && m_rules.next_step(now, host) == SlotStep::take_over);
        if (still) {
          finish(lease, RunState::lost, process.seen_holder);
          release(lease, process.seen_holder);
        }
        return rest(process);
      }
      case SlotStep::recover:
        return recover(process, *process.seen.run);
      case SlotStep::wait:
        return rest(process);
    }
  }

  void choose_run(Process& process) {
    const int slot = process.seen.slot;
    const auto next = std::find_if(m_runs.begin(), m_runs.end(), [](const StoredRun& stored) {
      return stored.run.state == RunState::queued;
    });
    if (next == m_runs.end() || !host_lock_is_free(process.host, slot) ||
        !run_lock_is_free(process.host, next->run.id)) {
      return rest(process);
    }
    process.run = next->run.id;
    process.host_lock = slot;
    process.renewed_at = boot_clock(process.host);
    host_of(process.host).runs[process.run] = Files{};
    process.phase = Phase::take;
  }

  void take_slot(Process& process) {
    if (!reaches_server(process)) {
      if (!process.in_doubt) rest(process);
      return;
    }
    bool taken = false;
    if (process.in_doubt) {
      const SlotRow row = read(process.seen.slot);
      taken = row.run == process.run && row.host == k_hosts[static_cast<std::size_t>(process.host)];
    } else {
      taken = take(process);
      if (taken && answer_is_lost(process)) {
        process.in_doubt = true;
        return;
      }
    }
    if (!taken) {
      host_of(process.host).runs.erase(process.run);
      return rest(process);
    }
    const StoredSlot& slot = stored_slot(process.seen.slot);
    process.in_doubt = false;
    process.lease = {slot.row.slot, slot.row.epoch, process.run};
    process.holder = slot.holder;
    process.phase = Phase::look;
    process.until = m_now + between(0, k_lease / 2);
    process.renew_at = boot_clock(process.host);
    process.lost = false;
  }

  /// @returns whether something was heard of the lease
  bool keep_lease(Process& process) {
    const upgrade::LeaseTimes times(k_lease_s);
    const Ms now = boot_clock(process.host);
    if (process.lost || now < process.renew_at) return false;
    process.renew_at = now + times.before_retry_ms();
    if (!reaches_server(process)) return false;
    const bool renewed = renew(process.lease, process.holder);
    if (answer_is_lost(process)) return false;
    process.lost = !renewed;
    if (!renewed) return true;
    process.renewed_at = now;
    process.renew_at = now + times.between_renewals_ms();
    return true;
  }

  void start(Process& process, std::size_t index) {
    const upgrade::LeaseTimes times(k_lease_s);
    if (!process.lost && m_rules.is_fresh(times, process.renewed_at, boot_clock(process.host))) {
      start_command(process, index);
      process.phase = Phase::running;
      return;
    }
    keep_lease(process);
    if (!process.lost && m_now < process.until + k_lease) return;
    process.host_lock = 0;
    process.phase = Phase::put_back;
    process.until = m_now + k_lease;
  }

  void follow(Process& process) {
    Guardian& guardian = m_guardians[*process.guardian];
    keep_lease(process);
    guardian.watch.renewed(process.renewed_at, boot_clock(process.host));
    const bool kills = process.lost && m_setting.policy == OnLockLoss::kill;
    if (kills && guardian.alive && guardian.kill_at == k_never)
      terminate(guardian, m_commands[guardian.command]);
    if (guardian.has_verdict) {
      const Command& command = m_commands[guardian.command];
      process.ending = guardian.success ? RunState::succeeded : RunState::failed;
      if (command.stopped) process.ending = RunState::lost;
      guardian.done = true;
      process.phase = Phase::dismiss;
      process.until = m_now + 2000;
    } else if (!guardian.alive && host_lock_is_free(process.host, process.lease.slot)) {
      process.ending = RunState::lost;  // nobody saw how the command ended
      begin_record(process);
    }
  }

  static void begin_record(Process& process, Ms now) {
    process.phase = Phase::record;
    process.until = now + k_lease;
  }
  void begin_record(Process& process) const { begin_record(process, m_now); }

  void record(Process& process) {
    if (!reaches_server(process)) {
      if (m_now >= process.until) process.alive = false;  // the verdict waits in its file
      return;
    }
    if (process.phase == Phase::put_back) {
      finish(process.lease, RunState::queued, process.holder);
      release(process.lease, process.holder);
    } else {
      finish(process.lease, process.ending, process.holder);
      if (host_lock_is_free(process.host, process.lease.slot))
        release(process.lease, process.holder);
    }
    if (answer_is_lost(process)) return;  // once more
    if (host_lock_is_free(process.host, process.lease.slot))
      host_of(process.host).runs.erase(process.run);
    process.alive = false;
  }

  // --- recovery

  void recover(Process& process, Ms id) {
    StoredRun& run = stored(id);
    const bool abandoned = run_lock_is_free(process.host, id);
    rest(process);
    Host& on = host_of(process.host);
    if (!on.runs.contains(id)) return;
    if (abandoned) process.run = id;
    const bool here = run.run.host == std::string(k_hosts[static_cast<std::size_t>(process.host)]);
    process.lease = {static_cast<int>(run.run.slot.value_or(1)), run.run.epoch.value_or(0), id};
    process.seen_holder = run.holder;
    if (run.run.state != RunState::running) {
      if (abandoned) recover_ended(process, here);
      return;
    }
    const bool frozen = is_held_by_stale(process, id);
    if (!here || (!abandoned && !frozen)) return;
    const Files& files = on.runs[id];
    upgrade::Remains remains;
    remains.host_lock_is_free = host_lock_is_free(process.host, process.lease.slot);
    remains.has_status = files.has_status && files.epoch == process.lease.epoch;
    remains.has_verdict = files.has_verdict;
    remains.has_log = files.has_log;
    process.recovery = m_rules.recovery_of(remains);
    process.ending = files.success ? RunState::succeeded : RunState::failed;
    if (process.recovery == RecoveryStep::end_lost) process.ending = RunState::lost;
    if (process.recovery == RecoveryStep::wait) return;
    if (remains.host_lock_is_free) process.host_lock = process.lease.slot;
    process.phase = Phase::recover;
    process.until = m_now + between(0, 800);
  }

  bool is_held_by_stale(const Process& process, Ms run) {
    for (const StoredSlot& slot : m_slots) {
      if (slot.row.run != run) continue;
      const SlotRow row = read(slot.row.slot);
      return row.host == k_hosts[static_cast<std::size_t>(process.host)] && m_rules.is_stale(row);
    }
    return false;
  }

  /// Its end is recorded; what it left behind may have kept the slot until now.
  void recover_ended(Process& process, bool here) {
    const Ms id = process.run;
    for (StoredSlot& slot : m_slots) {
      if (slot.row.run != id || !here) continue;
      if (!host_lock_is_free(process.host, slot.row.slot)) return rest(process);
      release({slot.row.slot, slot.row.epoch, id}, slot.holder);
    }
    host_of(process.host).runs.erase(id);
    rest(process);
  }

  void finish_recovery(Process& process) {
    if (m_now < process.until) return;
    if (!reaches_server(process)) return rest(process);
    const Ms id = process.lease.run;
    const bool unstarted = process.recovery == RecoveryStep::put_back;
    const RunState state = unstarted ? RunState::queued : process.ending;
    finish(process.lease, process.recovery == RecoveryStep::cancel ? RunState::cancelled : state,
           process.seen_holder);
    release(process.lease, process.seen_holder);
    if (!answer_is_lost(process)) host_of(process.host).runs.erase(id);
    rest(process);
  }

  Host& host_of(int host) { return m_host[static_cast<std::size_t>(host)]; }
  [[nodiscard]] const Host& host_of(int host) const {
    return m_host[static_cast<std::size_t>(host)];
  }

  std::mt19937 m_random;
  const Setting& m_setting;
  const Rules& m_rules;
  Ms m_now = 0, m_server_offset = 0, m_server_back_at = 0, m_next_clock_step = 0;
  Holder m_last_holder = 0;
  std::array<Host, 2> m_host;
  std::vector<StoredRun> m_runs;
  std::vector<StoredSlot> m_slots;
  std::vector<Command> m_commands;
  std::vector<Guardian> m_guardians;
  std::vector<Process> m_processes;
  std::string m_broken;
};

}  // namespace

std::string broken_promise(std::uint32_t seed, const Setting& setting, const Rules& rules) {
  return World(seed, setting, rules).live();
}

std::string first_broken_promise(int count, const Setting& setting, const Rules& rules) {
  for (int seed = 1; seed <= count; ++seed) {
    const std::string broken = broken_promise(static_cast<std::uint32_t>(seed), setting, rules);
    if (!broken.empty()) return "seed " + std::to_string(seed) + ": " + broken;
  }
  return {};
}

}  // namespace slot_world
