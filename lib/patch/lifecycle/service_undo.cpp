// SPDX-License-Identifier: MIT
// Time that is logged, and taking back: moves with their time, and entries.
#include "base/text.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

/// The event that took the time of another one back; nullptr where it counts.
const Event* revoker_of(const std::vector<Event>& events, std::uint64_t entry) {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const Event& one) { return one.revokes == entry; });
  return found == events.end() ? nullptr : &*found;
}

/// Whether it says what became of a request in the queue.
bool is_of_queue(const Event& event) {
  return event.kind == EventKind::request || event.kind == EventKind::decline ||
         event.kind == EventKind::reopen;
}

/// The move, without time that counts no more, and what came after it and still holds. @pre
/// `events` contain it
void describe(const std::vector<Event>& events, std::uint64_t move, Undone& undone) {
  for (const Event& event : events) {
    const bool revoked = revoker_of(events, event.id) != nullptr;
    if (event.id == move) {
      undone.move = event;
      if (revoked) undone.move.time_s.reset();
    }
    const bool gone = event.revokes || revoked || event.kind == EventKind::move ||
                      event.kind == EventKind::undo || is_of_queue(event);
    if (event.id > move && !gone) undone.kept.push_back(event);
  }
}

}  // namespace

std::vector<Blocker> LifecycleService::undo(const Patch& seen, const std::string& why,
                                            Undone& undone) {
  std::vector<Blocker> reasons;
  act([&] {
    reasons.clear();
    undone = {};
    Locked locked = lock_standing(seen.id);
    const Position& position = locked.position;
    const std::string name = name_of(position.patch, m_registry.names());
    if (auto conflict = overtaken(seen, position.patch, {"undo", {}, {}, {}, {}})) {
      reasons.push_back(std::move(*conflict));
      return;
    }
    const auto events = events_of(m_connection, position.patch.id);
    const Replay walk = replay(events);
    if (walk.moves().empty()) {
      throw Error(ExitStatus::no, fmt::format("{} has no move to undo", name));
    }
    const Replay::Move& last = walk.moves().back();
    if (last.built_on) {
      throw Error(ExitStatus::no,
                  fmt::format("{} has been worked on since {} at {}", name, last.name, last.at),
                  "take the ticks and votes back first, or move it");
    }
    const State* before = position.definition->find(last.from);
    if (before == nullptr) {
      throw Error(ExitStatus::no, fmt::format("'{}' is no state of {} any more", last.from,
                                              position.definition->name));
    }
    if (m_rules.has_role) {
      // Who may not take the step may not take it back.
      for (const Permission& one : before->permissions) {
        if (one.event != last.name) continue;
        if (auto fault = role_fault(one.roles, m_rules)) {
          reasons.push_back({last.name, "permission", *fault});
          return;
        }
      }
    }
    describe(events, last.event, undone);
    undone.from = last.from;
    undone.to = last.to;
    record_entering(locked, {.kind = EventKind::undo,
                             .changes = {{last.name, position.state->name, before->name}},
                             .comment = why,
                             .revokes = last.event});
    std::optional<std::string> released = sql_time(position.patch.released_at);
    if (!is_released(before->name) && is_released(position.state->name)) {
      undone.release = position.patch.released_at;
      released = sql_time(first_value(position.patch.fields, k_released_key));
    }
    const std::string since =
        last.stays() ? position.patch.state_since.value_or("") : last.entered_at;
    m_patches.enter(position.patch,
                    {.state = before->name,
                     .since = sql_time(since).value_or(locked.now),
                     .event = last.stays() ? position.patch.state_event
                                           : std::optional<std::int64_t>(last.state_event),
                     .released_at = released});
    follow_in_queue(locked, *position.definition, before->name, why);
  });
  return reasons;
}

void LifecycleService::log_time(const Patch& seen, const WorkTime& work, const std::string& why) {
  act([&] {
    Locked locked;
    locked.position.patch = lock(seen.id, locked.now);
    record(locked, {.kind = EventKind::log_time,
                    .comment = why,
                    .time_s = work.time_s,
                    .worked_on = work.worked_on});
  });
}

Revoked LifecycleService::revoke_time(std::uint64_t event, const std::string& why) {
  Revoked revoked;
  act([&] {
    revoked = {};
    const db::Rows rows = m_connection.query("SELECT patch FROM event WHERE id = ?", {event});
    if (rows.empty()) {
      throw Error(ExitStatus::partial, fmt::format("there is no event {}", event),
                  "'pmt-lifecycle history PATCH' shows the numbers of events");
    }
    Locked locked;
    locked.position.patch = lock(unsigned_of(rows[0], "patch"), locked.now);
    revoked.patch = name_of(locked.position.patch, m_registry.names());
    const auto events = events_of(m_connection, locked.position.patch.id);
    const auto entry = std::find_if(events.begin(), events.end(),
                                    [&](const Event& one) { return one.id == event; });
    if (entry == events.end() || !entry->time_s) {
      throw Error(ExitStatus::no, fmt::format("event {} of {} has no time", event, revoked.patch));
    }
    if (const Event* by = revoker_of(events, event)) {
      throw Error(ExitStatus::no,
                  fmt::format("the time of event {} does not count any more: {} took it back at {}"
                              " (event {}, {})",
                              event, by->actor, by->at, by->id, by->action));
    }
    const std::string key = entry->changes.empty() ? entry->action : entry->changes.front().key;
    record(locked, {.kind = EventKind::revoke,
                    .changes = {{key, *entry->time_s, {}}},
                    .comment = why,
                    .revokes = event});
    revoked.entry = *entry;
  });
  return revoked;
}

}  // namespace upkeep::patch::lifecycle
