// SPDX-License-Identifier: MIT
#include "patch/lifecycle/writer.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/request.hpp"
#include "patch/lifecycle/state_dates.hpp"
#include "patch/model/state_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/registry/voider.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sight.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

namespace upkeep::patch::lifecycle {

LifecycleWriter::LifecycleWriter(db::Connection& connection, PositionReader& positions,
                                 const NameRule& names, const config::Patch& config, Actor actor,
                                 bool dry_run)
    : m_connection(connection),
      m_positions(positions),
      m_names(names),
      m_config(config),
      m_events(connection, config, std::move(actor)),
      m_patches(connection),
      m_dry_run(dry_run) {}

void LifecycleWriter::act(const std::function<void()>& work) {
  try {
    m_events.act(work, m_dry_run);
  } catch (const Refused&) {  // NOLINT(bugprone-empty-catch): the caller has the reasons
  }
}

LockedPatch LifecycleWriter::lock(std::uint64_t id) {
  const db::Rows rows = m_connection.query(
      fmt::format("SELECT {}, UTC_TIMESTAMP() AS now FROM patch p WHERE p.id = ? FOR UPDATE",
                  locked_patch_columns()),
      {id});
  if (rows.empty() || !is_seen(m_connection, id)) {
    throw Error(ExitStatus::partial, "the patch no longer exists");
  }
  LockedPatch locked;
  locked.position.patch = locked_patch_of(rows[0]);
  refuse_void(locked.position.patch, m_names);
  locked.now = rows[0].text("now");
  return locked;
}

LockedPatch LifecycleWriter::lock_position(std::uint64_t id) {
  LockedPatch locked = lock(id);
  locked.position = m_positions.position(std::move(locked.position.patch));
  const Position& found = locked.position;
  if (is_closed(found.patch, *found.definition, *found.state)) {
    const std::string name = name_of(found.patch, m_names);
    throw Error(ExitStatus::no, fmt::format("{} was declined", name),
                fmt::format("'pmt-patch history {}' shows why", name));
  }
  return locked;
}

std::optional<Blocker> LifecycleWriter::overtaken(const Patch& seen, const Patch& now,
                                                  const Expected& expected) {
  const bool same = expected.stay.empty()
                        ? seen.state == now.state && stay_of(seen) == stay_of(now) &&
                              seen.lifecycle == now.lifecycle
                        : expected.stay == stay_of(now);
  const std::string state = now.state.value_or("");
  if (same && (expected.from.empty() || denotes_state(expected.from, state))) return std::nullopt;
  Blocker conflict{.event = expected.event, .reason = "conflict", .detail = "it is now"};
  conflict.moved = last_moved(events_of(m_connection, now.id), state);
  if (const auto& moved = conflict.moved) {
    conflict.detail = fmt::format("{} did {} at {}: it is", moved->by, moved->event, moved->at);
  }
  conflict.detail += fmt::format(" in '{}'", state);
  conflict.fault = Fault::moved;
  if (const auto& moved = conflict.moved) conflict.facts = {moved->by, moved->event, moved->at};
  conflict.facts.push_back(state);
  return conflict;
}

std::uint64_t LifecycleWriter::record(LockedPatch& locked, NewEvent event) {
  event.at = locked.now;
  return m_events.append(locked.position.patch, std::move(event));
}

std::uint64_t LifecycleWriter::record_entering(LockedPatch& locked, NewEvent event) {
  event.at = locked.now;
  return m_events.write_next(locked.position.patch, std::move(event));
}

void LifecycleWriter::write_dates(LockedPatch& locked, const std::vector<Change>& dates) {
  if (dates.empty()) return;
  apply_changes(dates, locked.position.patch.fields);
  m_patches.write_fields(locked.position.patch);
}

void LifecycleWriter::follow_in_queue(LockedPatch& locked, const Definition& definition,
                                      const std::string& entered, const std::string& why) {
  Patch& patch = locked.position.patch;
  const State* state = definition.find(entered);
  if (patch.ref || patch.queue_state.empty() || state == nullptr) return;
  const std::string now = declines(definition, *state) ? "declined" : "open";
  if (patch.queue_state == now) return;
  m_patches.write_queue_state(patch.id, now);
  record(locked, {.kind = now == "declined" ? EventKind::decline : EventKind::reopen,
                  .changes = {{"queue", patch.queue_state, now}},
                  .comment = why});
  patch.queue_state = now;
}

bool LifecycleWriter::is_released(const std::string& state) const {
  return is_one_of(m_config.released, state);
}

/// Entering the released states is the release; going on within them is not another one.
std::optional<std::string> LifecycleWriter::released_after(const Patch& patch,
                                                           const std::string& state,
                                                           const std::string& now) const {
  if (!is_released(state)) return sql_time(patch.released_at);
  const bool was = patch.state && is_released(*patch.state) && patch.released_at;
  return was ? sql_time(patch.released_at) : std::optional(now);
}

}  // namespace upkeep::patch::lifecycle
