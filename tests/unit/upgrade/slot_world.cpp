// SPDX-License-Identifier: MIT
#include "slot_world.hpp"

#include "slot_world_facts.hpp"
#include "slot_world_faults.hpp"
#include "slot_world_guardian.hpp"
#include "slot_world_server.hpp"
#include "slot_world_upgrade.hpp"

namespace slot_world {

namespace {

class World {
 public:
  World(std::uint32_t seed, const Setting& setting, const Rules& rules)
      : m_facts(seed, setting, rules) {}

  std::string live() {
    const auto goes_on = [this] { return m_facts.broken.empty() && !is_at_end(); };
    while (goes_on() && m_facts.now < k_troubled + k_come_to_end) {
      m_facts.now += k_step;
      if (m_facts.is_troubled()) m_faults.make_trouble();
      if (m_facts.now == k_troubled) m_faults.calm_down();
      for (int host = 0; host < 2; ++host) begin_processes(host);
      for (Guardian& guardian : m_facts.guardians) m_guardians.step(guardian);
      for (Command& command : m_facts.commands) m_guardians.step(command);
      for (std::size_t i = 0; i < m_facts.processes.size(); ++i)
        m_upgrades.step(m_facts.processes[i], i);
      check();
    }
    if (goes_on()) return "a run does not come to its end";
    return m_facts.broken;
  }

 private:
  [[nodiscard]] bool is_at_end() const {
    const bool ended =
        std::none_of(m_facts.runs.begin(), m_facts.runs.end(),
                     [](const StoredRun& stored) { return upgrade::is_active(stored.run.state); });
    return ended && std::none_of(m_facts.slots.begin(), m_facts.slots.end(),
                                 [](const StoredSlot& slot) { return slot.row.run.has_value(); });
  }

  void check() {
    std::map<Ms, int> of_run;
    std::array<int, 2> of_server{};
    int running = 0;
    for (const Command& command : m_facts.commands) {
      if (!command.alive) continue;
      ++running;
      ++of_run[command.run];
      ++of_server[static_cast<std::size_t>(command.run) % of_server.size()];
    }
    m_facts.expect(running <= std::max(m_facts.setting.slots[0], m_facts.setting.slots[1]),
                   "more commands run than there are slots");
    for (std::size_t server = 0; server < of_server.size(); ++server) {
      const int most = m_facts.setting.server_slots[server];
      m_facts.expect(most == 0 || of_server[server] <= most,
                     "more commands run on a server than it has slots");
    }
    for (const auto& [run, count] : of_run)
      m_facts.expect(count == 1, "two commands run for one run");
  }

  void begin_processes(int host) {
    Host& on = m_facts.host_of(host);
    if (!on.up) {
      if (m_facts.setting.person_breaks && m_facts.chance(20)) person_breaks(host);
      if (m_facts.now < on.back_at) return;
      on.up = true;
      on.booted_at = m_facts.now;
    }
    const auto alive = std::count_if(m_facts.processes.begin(), m_facts.processes.end(),
                                     [&](const Process& one) { return Facts::is_on(one, host); });
    if (alive >= 2 || !m_facts.chance(200)) return;
    Process process;
    process.host = host;
    m_facts.processes.push_back(process);
  }

  /// `--break-lease`, by one who knows that the host is down.
  void person_breaks(int host) {
    if (m_facts.now < m_facts.server_back_at) return;
    for (StoredSlot& slot : m_facts.slots) {
      const SlotRow row = m_server.read(slot.row.slot);
      if (!row.run || row.host != k_hosts[static_cast<std::size_t>(host)]) continue;
      if (!m_facts.rules.is_stale(row)) continue;
      const Lease lease{row.slot, row.epoch, *row.run};
      m_server.finish(lease, RunState::lost, slot.holder);
      m_server.release(lease, slot.holder);
    }
  }

  Facts m_facts;
  Faults m_faults{m_facts};
  Server m_server{m_facts};
  Guardians m_guardians{m_facts};
  Upgrades m_upgrades{m_facts, m_server, m_guardians};
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
