// SPDX-License-Identifier: MIT
#include "patch/lifecycle/attester.hpp"

#include "db/error.hpp"

#include <fmt/format.h>

namespace upkeep::patch::lifecycle {

/// Unticks items that other archives proved. @returns those items
std::vector<std::string> Attester::untick_stale(LockedPatch& locked, const Proof& proof) {
  std::vector<Change> stale;
  std::vector<std::string> items;
  for (const auto& [item, tick] : locked.position.progress.ticks) {
    if (tick.archive.empty() || tick.archive == proof.sha256) continue;
    stale.push_back({item, true, false});
    items.push_back(item);
  }
  if (!stale.empty()) {
    m_writer.record(locked,
                    {.kind = EventKind::untick,
                     .changes = stale,
                     .comment = fmt::format("another archive proved it; now {}", proof.evidence)});
  }
  return items;
}

/// First unticks stale items, so that the history shows both; then records one event for each item
/// that this archive proves.
Attested Attester::tick_proved(LockedPatch& locked, const Proof& proof) {
  Attested done;
  done.unticked = untick_stale(locked, proof);
  if (!proof.tick) return done;
  const auto& ticks = locked.position.progress.ticks;
  for (const Item& item : locked.position.state->items) {
    const auto proved = proof.items.find(item.name);
    if (proved == proof.items.end()) continue;
    const auto tick = ticks.find(item.name);
    const bool holds = tick != ticks.end() &&
                       (tick->second.archive.empty() || tick->second.archive == proof.sha256);
    if (holds) continue;
    if (auto fault = role_fault(item.roles, m_positions.rules())) {
      done.reasons.push_back({.event = {},
                              .reason = "permission",
                              .detail = item.name + ": " + *fault,
                              .item = item.name,
                              .roles = item.roles});
      continue;
    }
    m_writer.record(
        locked, {.kind = EventKind::tick,
                 .changes = {{item.name, false, true}},
                 .comment = fmt::format("{}: nothing against {}", proof.evidence, proved->second)});
    done.ticked.push_back(item.name);
  }
  return done;
}

/// nullopt: nothing can be ticked, because the patch has no lifecycle, or a state that its
/// lifecycle lacks.
std::optional<Position> Attester::position_for(const Proof& proof, Patch patch) {
  const bool has_state = patch.lifecycle && patch.state;
  if (!proof.tick && !has_state) return std::nullopt;
  try {
    return m_positions.position(std::move(patch));
  } catch (const db::Error&) {
    throw;
  } catch (const Error&) {
    if (proof.tick) throw;
    return std::nullopt;
  }
}

/// Records the jars, and removes ticks of the current state that attest others.
void Attester::record(LockedPatch& locked, const Proof& proof, Attested& done) {
  Patch& patch = locked.position.patch;
  EventStore& events = m_writer.events();
  const ContentChange change{.fields = {},
                             .jars_before = digests_of(recorded_jars(m_connection, patch.id)),
                             .jars_after = digests_of(*proof.jars)};
  const auto stale = m_guard.check(patch, change, m_writer.actor().name, proof.why);
  done.recorded = record_jars(m_connection, events, patch, proof.seen, *proof.jars,
                              with_earlier_ticks(proof.evidence, stale), locked.now);
  for (const StaleTick& one : cleared_ones(stale)) done.cleared.push_back(one.item);
  if (done.cleared.empty()) return;
  TickGuard::clear(events, patch, stale, locked.now);
  m_writer.patches().write_history_hash(patch);
}

Attested Attester::attest(const Patch& seen, const Proof& proof) {
  Attested done;
  m_writer.act([&] {
    done = {};
    LockedPatch locked = m_writer.lock(seen.id);
    Patch& patch = locked.position.patch;
    if (proof.tick) {
      if (auto conflict = m_writer.overtaken(seen, patch)) {
        done.reasons.push_back(std::move(*conflict));
        return;
      }
    }
    if (proof.jars) record(locked, proof, done);
    if (auto position = position_for(proof, std::move(patch))) {
      locked.position = std::move(*position);
      Attested ticks = tick_proved(locked, proof);
      ticks.recorded = done.recorded;
      ticks.cleared = std::move(done.cleared);
      done = std::move(ticks);
    }
  });
  return done;
}

}  // namespace upkeep::patch::lifecycle
