// SPDX-License-Identifier: MIT
// What an archive proves.
#include "db/error.hpp"
#include "patch/lifecycle/service.hpp"

#include <fmt/format.h>

namespace upkeep::patch::lifecycle {

/// First what other archives proved goes, so that the history shows both; then each item that this
/// one proves is an event of its own.
void LifecycleService::tick_proved(Locked& locked, const Proof& proof, Attested& done) {
  const auto& ticks = locked.position.progress.ticks;
  std::vector<Change> stale;
  for (const auto& [item, tick] : ticks) {
    if (tick.archive.empty() || tick.archive == proof.sha256) continue;
    stale.push_back({item, true, false});
    done.unticked.push_back(item);
  }
  if (!stale.empty()) {
    record(locked, {.kind = EventKind::untick,
                    .changes = stale,
                    .comment = fmt::format("another archive proved it; now {}", proof.evidence)});
  }
  if (!proof.tick) return;
  for (const Item& item : locked.position.state->items) {
    const auto proved = proof.items.find(item.name);
    if (proved == proof.items.end()) continue;
    const auto tick = ticks.find(item.name);
    const bool holds = tick != ticks.end() &&
                       (tick->second.archive.empty() || tick->second.archive == proof.sha256);
    if (holds) continue;
    if (auto fault = role_fault(item.roles, m_rules)) {
      done.reasons.push_back({"", "permission", item.name + ": " + *fault});
      continue;
    }
    record(locked,
           {.kind = EventKind::tick,
            .changes = {{item.name, false, true}},
            .comment = fmt::format("{}: nothing against {}", proof.evidence, proved->second)});
    done.ticked.push_back(item.name);
  }
}

Attested LifecycleService::attest(const Patch& seen, const Proof& proof) {
  Attested done;
  act([&] {
    done = {};
    Locked locked;
    Patch patch = lock(seen.id, locked.now);
    if (proof.tick) {
      if (auto conflict = overtaken(seen, patch, {})) {
        done.reasons.push_back(std::move(*conflict));
        return;
      }
    }
    if (proof.jars) {
      done.recorded = record_jars(m_connection, m_events, patch, proof.seen, *proof.jars,
                                  proof.evidence, locked.now);
    }
    // A patch without a lifecycle, or in a state that its lifecycle has not, has nothing ticked.
    const bool has_state = patch.lifecycle && patch.state;
    if (!proof.tick && !has_state) return;
    try {
      locked.position = position(std::move(patch));
    } catch (const db::Error&) {
      throw;
    } catch (const Error&) {
      if (proof.tick) throw;
      return;
    }
    tick_proved(locked, proof, done);
  });
  return done;
}

}  // namespace upkeep::patch::lifecycle
