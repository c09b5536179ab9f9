// SPDX-License-Identifier: MIT
#include "patch/exchange/patch_inserter.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/query/term_index.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_index_from = 500;  // fewer are read without the index
// A segment of many batches: each term is looked up in every segment. Its patches are stale until
// then, and it is in memory.
constexpr std::size_t k_most_patches = 10'000;
constexpr std::size_t k_most_postings = 2'000'000;

/// Whether the last move or attachment of the history entered the state. If not (it was undone, did
/// not change the state, or the state dates from the creation), the whole history must be replayed.
bool last_one_enters(const std::vector<Event>& events) {
  bool enters = false;
  for (const Event& event : events) {
    if (event.kind == EventKind::undo) return false;
    if (event.kind == EventKind::move && !event.changes.empty()) {
      enters = to_text(event.changes[0].from) != to_text(event.changes[0].to);
    } else if (event.kind == EventKind::attach) {
      enters = std::any_of(event.changes.begin(), event.changes.end(),
                           [](const Change& one) { return one.key == "state"; });
    }
  }
  return enters;
}

}  // namespace

void PatchInserter::insert(ImportBatch& batch, const std::string& now) {
  complete_rows(batch, now);
  chain(batch, now);
  insert_patches(batch);
  find_ids(batch);
  insert_links(batch);
  insert_events(batch);
  insert_jars(batch, now);
  restore_states(batch);
}

void PatchInserter::finish() {
  if (m_segment.patches().size() >= k_index_from) write_segment();
  if (m_segments) learn_segments(m_connection);
  try {
    if (m_locked) release_index(m_connection);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the end of the connection releases it
  }
  m_locked = false;
}

/// Completes an event that the import itself adds.
void PatchInserter::complete(Event& event, const std::string& now) const {
  event.at = *iso_time(now);
  if (event.actor.empty()) event.actor = m_events.actor().name;
  if (event.via.empty()) event.via = m_events.actor().via;
  event.action = action_of(event.kind);
}

/// Adds an event for rows without a history, and sets every event's hash.
void PatchInserter::chain(ImportBatch& batch, const std::string& now) const {
  for (ImportRow& one : batch) {
    if (!one.is_new()) continue;
    if (!one.draft.has_history) {
      Event event;
      event.kind = EventKind::import;
      event.comment = m_file;
      one.draft.events.push_back(std::move(event));
    }
    for (Event& event : one.draft.events) {
      if (event.at.empty()) complete(event, now);
    }
    std::string last = chain_start(one.draft.patch.queue, one.draft.patch.ref);
    for (const Event& event : one.draft.events) {
      last = hash_of(event, last);
      one.hashes.push_back(last);
    }
    if (!one.hashes.empty()) one.draft.patch.history_hash = last;
  }
}

/// Completes values that a row does not have.
void PatchInserter::complete_rows(ImportBatch& batch, const std::string& now) const {
  const std::string& who = m_events.actor().name;
  for (ImportRow& one : batch) {
    if (!one.is_new()) continue;
    Patch& patch = one.draft.patch;
    patch.import_hash = one.draft.hash;
    // At the latest, it was created when it was released.
    if (!patch.created_at) patch.created_at = patch.released_at;
    if (patch.ref) {
      patch.queue_state = patch.queue ? "promoted" : "";
      if (!patch.created_at) patch.created_at = iso_time(now);
      if (!patch.created_by) patch.created_by = who;
    } else {
      if (!patch.requested_at) patch.requested_at = iso_time(now);  // requested when it is imported
      if (!patch.requested_by) patch.requested_by = who;
    }
  }
}

void PatchInserter::insert_patches(const ImportBatch& batch) {
  std::vector<const Patch*> rows;
  rows.reserve(batch.size());
  for (const ImportRow& one : batch) {
    if (one.is_new()) rows.push_back(&one.draft.patch);
  }
  m_patches.insert(rows);
}

/// Only for new rows: match_existing() has set the other ids.
void PatchInserter::find_ids(ImportBatch& batch) {
  std::map<std::string, ImportRow*> wanted;
  std::string refs, queues;
  for (ImportRow& one : batch) {
    if (!one.is_new()) continue;
    const Patch& patch = one.draft.patch;
    wanted[patch.ref ? to_string(*patch.ref) : queue_id(*patch.queue)] = &one;
    if (patch.ref) {
      refs += fmt::format("{}('{}',{})", refs.empty() ? "" : ",",
                          platform_key(patch.ref->platform).value_or(""), patch.ref->number);
    } else {
      queues += fmt::format("{}{}", queues.empty() ? "" : ",", *patch.queue);
    }
  }
  const auto take = [&](const std::string& name, const db::Row& row) {
    wanted.at(name)->id = unsigned_of(row, "id");
  };
  if (!refs.empty()) {
    for (const db::Row& row : m_connection.query(
             "SELECT id, platform, number FROM patch WHERE (platform_key, number) IN (" + refs +
             ")")) {
      take(to_string(*ref_of(row)), row);
    }
  }
  if (queues.empty()) return;
  for (const db::Row& row :
       m_connection.query("SELECT id, queue FROM patch WHERE queue IN (" + queues + ")")) {
    take(queue_id(maybe_number(row, "queue").value_or(0)), row);
  }
}

void PatchInserter::insert_links(const ImportBatch& batch) {
  std::vector<LinkStore::NewLinks> rows;
  for (const ImportRow& one : batch) {
    if (one.is_new()) rows.push_back({.patch = one.id, .links = &one.draft.patch.links});
  }
  m_links.insert(rows);
}

void PatchInserter::insert_events(const ImportBatch& batch) {
  std::vector<ImportedEvent> rows;
  for (const ImportRow& one : batch) {
    if (!one.is_new()) continue;
    const auto& events = one.draft.events;
    const bool refers = std::any_of(events.begin(), events.end(),
                                    [](const Event& event) { return event.revokes.has_value(); });
    if (refers) {
      EventStore::insert(m_connection, rows);  // events are numbered in the order of the rows
      rows.clear();
      insert_referring(one);
      continue;
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
      rows.push_back({.patch = one.id, .event = &events[i], .hash = one.hashes[i]});
    }
  }
  EventStore::insert(m_connection, rows);
}

/// Inserts a history in which events refer to others: an event's number, and so its hash, is only
/// known once it is written. Such histories are rare.
void PatchInserter::insert_referring(const ImportRow& one) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(one.draft.events.size());
  Patch patch = one.draft.patch;
  patch.id = one.id;
  std::string last = chain_start(patch.queue, patch.ref);
  for (Event event : one.draft.events) {
    if (event.revokes) event.revokes = numbers.at(*event.revokes - 1);
    last = hash_of(event, last);
    EventStore::insert(m_connection, {{.patch = one.id, .event = &event, .hash = last}});
    numbers.push_back(m_connection.last_insert_id());
  }
  patch.history_hash = last;
  m_patches.write_history_hash(patch);
}

void PatchInserter::insert_jars(const ImportBatch& batch, const std::string& now) {
  std::vector<std::pair<std::uint64_t, const Jar*>> rows;
  for (const ImportRow& one : batch) {
    if (!one.is_new()) continue;
    for (const Jar& jar : one.draft.jars) rows.emplace_back(one.id, &jar);
  }
  patch::insert_jars(m_connection, rows, m_events.actor().name, now);
}

/// Ticks count from the event that entered the state, whose number is known only now.
void PatchInserter::restore_states(const ImportBatch& batch) {
  std::vector<std::uint64_t> moved;
  for (const ImportRow& one : batch) {
    if (one.is_new() && last_one_enters(one.draft.events)) moved.push_back(one.id);
  }
  m_patches.date_states(moved);
}

void PatchInserter::index(const ImportBatch& batch) {
  if (m_index == Index::leave) return;
  for (const ImportRow& one : batch) {
    if (one.is_new()) m_segment.add(one.id, one.draft.patch.fields);
  }
  try {
    m_locked = m_locked || lock_index(m_connection);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): then it may be done twice
  }
  const bool large =
      m_segment.patches().size() >= k_most_patches || m_segment.postings() >= k_most_postings;
  if (large) write_segment();
}

void PatchInserter::write_segment() {
  constexpr int k_attempts = 2;  // an executor may hold one of the rows for long
  const auto work = [&] {
    m_segment.write(m_connection);
    m_patches.mark_new_indexed(m_segment.patches());
  };
  try {
    db::transact(m_connection, work, k_attempts);
    m_segments = true;
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it is a cache; the rows remain stale
  }
  m_segment = {};
}

}  // namespace upkeep::patch
