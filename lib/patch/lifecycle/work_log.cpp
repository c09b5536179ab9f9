// SPDX-License-Identifier: MIT
#include "patch/lifecycle/work_log.hpp"

#include "patch/lifecycle/lookup.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

const Event* revoker_of(const std::vector<Event>& events, std::uint64_t entry) {
  const auto found = std::find_if(events.begin(), events.end(),
                                  [&](const Event& one) { return one.revokes == entry; });
  return found == events.end() ? nullptr : &*found;
}

void WorkLog::log_time(const Patch& seen, const WorkTime& work, const std::string& why) {
  m_writer.act([&] {
    LockedPatch locked = m_writer.lock(seen.id);
    m_writer.record(locked, {.kind = EventKind::log_time,
                             .comment = why,
                             .time = work.time,
                             .worked_on = work.worked_on});
  });
}

Revoked WorkLog::revoke_time(std::uint64_t event, const std::string& why) {
  // Events never change their patch. Read within the transaction, this would fix its snapshot
  // before the lock.
  const db::Rows rows = m_connection.query("SELECT patch FROM event WHERE id = ?", {event});
  if (rows.empty()) {
    throw Error(ExitStatus::partial, fmt::format("there is no event {}", event),
                "'pmt-lifecycle history PATCH' shows the numbers of events");
  }
  Revoked revoked;
  m_writer.act([&] {
    revoked = {};
    LockedPatch locked = m_writer.lock(unsigned_of(rows[0], "patch"));
    revoked.patch = name_of(locked.position.patch, m_names);
    const auto events = events_of(m_connection, locked.position.patch.id);
    const auto entry = std::find_if(events.begin(), events.end(),
                                    [&](const Event& one) { return one.id == event; });
    if (entry == events.end() || !entry->time) {
      throw Error(ExitStatus::no, fmt::format("event {} of {} has no time", event, revoked.patch));
    }
    if (const Event* by = revoker_of(events, event)) {
      throw Error(ExitStatus::no,
                  fmt::format("the time of event {} no longer counts: {} revoked it at {}"
                              " (event {}, {})",
                              event, by->actor, by->at, by->id, by->action));
    }
    const std::string key = entry->changes.empty() ? entry->action : entry->changes.front().key;
    m_writer.record(locked, {.kind = EventKind::revoke,
                             .changes = {{key, *entry->time, {}}},
                             .comment = why,
                             .revokes = event});
    revoked.entry = *entry;
  });
  return revoked;
}

void WorkLog::estimate(const Patch& seen, const Estimate& estimate, const std::string& why) {
  m_writer.act([&] {
    LockedPatch locked = m_writer.lock_position(seen.id);
    const State& stage = state_called(*locked.position.definition, estimate.stage);
    const std::string value = fmt::format("{}/{}/{}", estimate.best.count(),
                                          estimate.likely.count(), estimate.worst.count());
    m_writer.record(
        locked,
        {.kind = EventKind::estimate, .changes = {{stage.name, {}, value}}, .comment = why});
  });
}

void WorkLog::remind(const Patch& seen, const std::string& whom) {
  m_writer.act([&] {
    LockedPatch locked = m_writer.lock(seen.id);
    if (m_writer.overtaken(seen, locked.position.patch)) return;
    const Reminded reminded = reminders(events_of(m_connection, seen.id));
    constexpr std::size_t k_day = 10;
    if (reminded.at.substr(0, k_day) == locked.now.substr(0, k_day)) return;  // by someone else
    m_writer.record(locked, {.kind = EventKind::remind,
                             .changes = {{"overdue", reminded.times, reminded.times + 1}},
                             .comment = whom});
  });
}

}  // namespace upkeep::patch::lifecycle
