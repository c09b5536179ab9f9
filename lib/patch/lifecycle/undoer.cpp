// SPDX-License-Identifier: MIT
#include "patch/lifecycle/undoer.hpp"

#include "patch/lifecycle/state_dates.hpp"
#include "patch/lifecycle/tick_guard.hpp"
#include "patch/lifecycle/work_log.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

/// Whether it changed the queue state of a request.
bool is_of_queue(const Event& event) {
  return event.kind == EventKind::request || event.kind == EventKind::decline ||
         event.kind == EventKind::reopen;
}

/// The move, without time that counts no more, and what came after it and still holds. @pre
/// `events` contain it
Undone described(const std::vector<Event>& events, std::uint64_t move) {
  Undone undone;
  for (const Event& event : events) {
    const bool revoked = revoker_of(events, event.id) != nullptr;
    if (event.id == move) {
      undone.move = event;
      if (revoked) undone.move.time.reset();
    }
    const bool gone = event.revokes || revoked || event.kind == EventKind::move ||
                      event.kind == EventKind::undo || is_of_queue(event);
    if (event.id > move && !gone) undone.kept.push_back(event);
  }
  return undone;
}

}  // namespace

std::optional<Blocker> Undoer::forbidden(const State& before, const std::string& event) {
  const Rules& rules = m_positions.rules();
  if (!rules.has_role) return std::nullopt;
  for (const Permission& one : before.permissions) {
    if (one.event != event) continue;
    if (auto fault = role_fault(one.roles, rules)) {
      return Blocker{.event = event, .reason = "permission", .detail = *fault, .roles = one.roles};
    }
  }
  return std::nullopt;
}

const Replay::Move& Undoer::last_move(const Replay& walk, const std::string& name) {
  if (walk.moves().empty()) {
    throw Error(ExitStatus::no, fmt::format("{} has no move to undo", name));
  }
  const Replay::Move& last = walk.moves().back();
  if (walk.is_built_on()) {
    throw Error(ExitStatus::no,
                fmt::format("{} has been worked on since {} at {}", name, last.name, last.at),
                "remove the ticks and votes first, or move the patch");
  }
  return last;
}

Undone Undoer::take_back(LockedPatch& locked, const std::vector<Event>& events,
                         const Replay::Move& last, const std::string& why) {
  const Position& position = locked.position;
  const State* before = position.definition->find(last.from);
  if (before == nullptr) {
    throw Error(ExitStatus::no, fmt::format("'{}' is no longer a state of {}", last.from,
                                            position.definition->name));
  }
  if (auto reason = forbidden(*before, last.name)) {
    Undone undone;
    undone.reasons.push_back(std::move(*reason));
    return undone;
  }
  Undone undone = described(events, last.event);
  undone.from = last.from;
  undone.to = last.to;
  undone.dates = dates_taken_back(undone.move, position.patch.fields);
  std::vector<Change> changes{{last.name, position.state->name, before->name}};
  changes.insert(changes.end(), undone.dates.begin(), undone.dates.end());
  take_back_release(locked, undone, changes);
  const std::uint64_t event = m_writer.record_entering(locked, {.kind = EventKind::undo,
                                                                .changes = std::move(changes),
                                                                .comment = why,
                                                                .revokes = last.event});
  m_writer.write_dates(locked, undone.dates);
  std::optional<std::string> released = sql_time(position.patch.released_at);
  if (undone.release) {
    released = sql_time(undone.release_before ? *undone.release_before
                                              : first_value(position.patch.fields, k_released_key));
  }
  const std::string since =
      last.stays() ? position.patch.state_since.value_or("") : last.entered_at;
  m_writer.patches().enter(
      position.patch,
      {.state = before->name,
       .since = sql_time(since).value_or(locked.now),
       .event = last.stays() ? position.patch.state_event
                             : std::optional<std::int64_t>(last.state_event),
       .stay = last.stays() ? position.patch.stay : std::optional<std::int64_t>(event),
       .released_at = released});
  undone.cleared = clear_stale(locked, events, last);
  m_writer.follow_in_queue(locked, *position.definition, before->name, why);
  return undone;
}

/// The time of release that the move set, if it did; `changes` get the one that held before.
void Undoer::take_back_release(const LockedPatch& locked, Undone& undone,
                               std::vector<Change>& changes) {
  const Patch& patch = locked.position.patch;
  const auto& moved = undone.move.changes;
  const auto replaced = std::find_if(
      moved.begin(), moved.end(), [](const Change& one) { return one.key == k_released_change; });
  if (replaced != moved.end()) {
    if (patch.released_at != to_text(replaced->to)) return;  // edited since
    undone.release_before = to_text(replaced->from);
    changes.push_back({k_released_change, patch.released_at, *undone.release_before});
  } else if (!m_writer.is_released(undone.to) || m_writer.is_released(undone.from)) {
    return;
  }
  undone.release = patch.released_at;
}

/// Removes ticks that the undo has brought back, but that attest values which have changed since.
std::vector<StaleTick> Undoer::clear_stale(LockedPatch& locked, const std::vector<Event>& events,
                                           const Replay::Move& last) {
  if (last.stays()) return {};
  Patch& patch = locked.position.patch;
  auto stale = stale_ticks(m_config, last.progress, events, patch.fields,
                           digests_of(recorded_jars(m_connection, patch.id)));
  if (stale.empty()) return stale;
  TickGuard::clear(m_writer.events(), patch, stale, locked.now);
  m_writer.patches().write_history_hash(patch);
  return stale;
}

Undone Undoer::undo(const Patch& seen, const std::string& why, const std::string& stay) {
  Undone undone;
  m_writer.act([&] {
    undone = {};
    LockedPatch locked = m_writer.lock_position(seen.id);
    const Patch& patch = locked.position.patch;
    if (auto conflict = m_writer.overtaken(seen, patch, {.event = "undo", .stay = stay})) {
      undone.reasons.push_back(std::move(*conflict));
      return;
    }
    const auto events = events_of(m_connection, patch.id);
    const Replay walk = replay(events);
    undone = take_back(locked, events, last_move(walk, name_of(patch, m_names)), why);
  });
  return undone;
}

}  // namespace upkeep::patch::lifecycle
