// SPDX-License-Identifier: MIT
// The rows of a batch, in as few statements as can be.
#include "base/text.hpp"
#include "patch/exchange/importer.hpp"
#include "patch/model/sql.hpp"
#include "patch/query/term_index.hpp"
#include "patch/store/history_chain.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_index_from = 500;  // fewer are left to be read as they are

db::Param maybe(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

EventText hashed_text(const Event& event) {
  return {sql_time(event.at).value_or(""),
          event.actor,
          event.via,
          event.action,
          encode_changes(event.changes),
          event.comment,
          event.inputs,
          event.time_s,
          event.worked_on,
          event.revokes};
}

db::Param queue_state_of(const Patch& patch) {
  if (!patch.queue) return nullptr;
  return patch.ref ? std::string("promoted") : patch.queue_state;
}

/// A request without a time is as old as its import.
db::Param requested_at_of(const Patch& patch, const std::string& now) {
  if (patch.requested_at) return sql_time(patch.requested_at);
  return patch.ref ? db::Param(nullptr) : db::Param(now);
}

/// Whether the state dates from the last move or attachment of the history. Where it does not (that
/// was taken back, or left the patch where it was), or dates from the creation, it is found by
/// walking through all of it.
bool last_one_enters(const std::vector<Event>& events) {
  bool enters = false;
  for (const Event& event : events) {
    if (event.action == "undo") return false;
    if (event.action == "move" && !event.changes.empty()) {
      enters = to_text(event.changes[0].from) != to_text(event.changes[0].to);
    } else if (event.action == "attach") {
      enters = std::any_of(event.changes.begin(), event.changes.end(),
                           [](const Change& one) { return one.key == "state"; });
    }
  }
  return enters;
}

}  // namespace

/// What it writes about itself where a row brings no history, and every event's hash.
void Importer::chain(Batch& batch, const std::string& now) const {
  for (Waiting& one : batch) {
    if (!one.problem.empty() || one.id != 0) continue;
    if (!one.draft.has_history) {
      Event event;
      event.at = *iso_time(now);
      event.actor = m_actor.name;
      event.via = m_actor.via;
      event.action = "import";
      event.comment = m_options.file;
      one.draft.events.push_back(std::move(event));
    }
    std::string last = chain_start(one.draft.patch.queue, one.draft.patch.ref);
    for (const Event& event : one.draft.events) {
      last = chained(last, hashed_text(event));
      one.hashes.push_back(last);
    }
  }
}

void Importer::insert(Batch& batch, const std::string& now) {
  std::string sql;
  std::vector<db::Param> params;
  const auto is_new = [](const Waiting& one) { return one.problem.empty() && one.id == 0; };
  const auto count = static_cast<std::size_t>(std::count_if(batch.begin(), batch.end(), is_new));
  const char* row = count < k_index_from ? "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1)"
                                         : "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)";
  for (Waiting& one : batch) {
    if (!is_new(one)) continue;
    const Patch& patch = one.draft.patch;
    sql += sql.empty() ? "INSERT INTO patch (platform, platform_key, number, queue, queue_state,"
                         " requested_at, requested_by, category, created_at, created_by,"
                         " released_at, lifecycle, lifecycle_version, state, state_since,"
                         " import_hash, import_key, links, fields, history_hash, stale) VALUES "
                       : ",";
    sql += row;
    // What the row does not say is as old as its release, at the latest.
    const auto created = patch.created_at    ? patch.created_at
                         : patch.released_at ? patch.released_at
                                             : std::optional<std::string>();
    const bool numbered = patch.ref.has_value();
    const db::Param values[] = {
        numbered ? db::Param(patch.ref->platform) : db::Param(nullptr),
        numbered ? db::Param(platform_key(patch.ref->platform)) : db::Param(nullptr),
        numbered ? db::Param(patch.ref->number) : db::Param(nullptr),
        patch.queue,
        queue_state_of(patch),
        requested_at_of(patch, now),
        numbered ? db::Param(patch.requested_by)
                 : db::Param(patch.requested_by.value_or(m_actor.name)),
        patch.category,
        created    ? db::Param(sql_time(created))
        : numbered ? db::Param(now)
                   : db::Param(nullptr),
        numbered ? db::Param(patch.created_by.value_or(m_actor.name)) : db::Param(patch.created_by),
        sql_time(patch.released_at),
        patch.lifecycle,
        patch.lifecycle_version,
        patch.state,
        sql_time(patch.state_since),
        one.draft.hash,
        maybe(patch.import_key),
        encode_links(patch.links),
        encode(patch.fields),
        one.hashes.empty() ? db::Param(nullptr) : db::Param(one.hashes.back())};
    params.insert(params.end(), std::begin(values), std::end(values));
  }
  if (!sql.empty()) m_connection.execute(sql, params);
}

/// Only new rows are looked for: match_existing() gave the others their ids.
void Importer::find_ids(Batch& batch) {
  std::map<std::string, Waiting*> wanted;
  std::string refs, queues;
  for (Waiting& one : batch) {
    if (!one.problem.empty() || one.id != 0) continue;
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
    Waiting& one = *wanted.at(name);
    one.id = static_cast<std::uint64_t>(row.integer(0));
    one.inserted = true;
  };
  if (!refs.empty()) {
    for (const db::Row& row : m_connection.query(
             "SELECT id, platform, number FROM patch WHERE (platform_key, number) IN (" + refs +
             ")")) {
      take(row.text(1) + "-" + row.text(2), row);
    }
  }
  if (queues.empty()) return;
  for (const db::Row& row :
       m_connection.query("SELECT id, queue FROM patch WHERE queue IN (" + queues + ")")) {
    take(queue_id(static_cast<std::uint32_t>(row.integer(1))), row);
  }
}

void Importer::insert_events(const Batch& batch) {
  std::string sql;
  std::vector<db::Param> params;
  std::size_t bytes = 0;
  const auto send = [&] {
    if (!sql.empty()) m_connection.execute(sql, params);
    sql.clear();
    params.clear();
    bytes = 0;
  };
  const auto add = [&](std::uint64_t id, const Event& event, const std::string& hash) {
    sql += sql.empty() ? "INSERT INTO event (patch, at, actor, via, action, changes, comment,"
                         " time_s, inputs, worked_on, revokes, hash) VALUES "
                       : ",";
    sql += "(?,?,?,?,?,?,?,?,?,?,?,?)";
    const std::string changes = encode_changes(event.changes);
    bytes += changes.size() + event.comment.size() + event.inputs.size();
    for (const db::Param& value :
         {db::Param(id), db::Param(sql_time(event.at)), db::Param(event.actor),
          db::Param(event.via), db::Param(event.action), maybe(changes), maybe(event.comment),
          db::Param(event.time_s), maybe(event.inputs), db::Param(event.worked_on),
          db::Param(event.revokes), db::Param(hash)}) {
      params.push_back(value);
    }
    constexpr std::size_t k_most_bytes = 2U << 20U;
    if (bytes > k_most_bytes) send();
  };
  for (const Waiting& one : batch) {
    if (!one.inserted) continue;
    const bool refers = std::any_of(one.draft.events.begin(), one.draft.events.end(),
                                    [](const Event& event) { return event.revokes.has_value(); });
    if (refers) {
      send();
      insert_referring(one);
      continue;
    }
    for (std::size_t i = 0; i < one.draft.events.size(); ++i) {
      add(one.id, one.draft.events[i], one.hashes[i]);
    }
  }
  send();
}

/// A history in which events name others: which number an event gets is known once it is written,
/// and so is its hash. Few histories are like that.
void Importer::insert_referring(const Waiting& one) {
  std::vector<std::uint64_t> numbers;
  std::string last = chain_start(one.draft.patch.queue, one.draft.patch.ref);
  for (Event event : one.draft.events) {
    if (event.revokes) event.revokes = numbers.at(*event.revokes - 1);
    last = chained(last, hashed_text(event));
    m_connection.execute(
        "INSERT INTO event (patch, at, actor, via, action, changes, comment, time_s, inputs,"
        " worked_on, revokes, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        {one.id, sql_time(event.at), event.actor, event.via, event.action,
         maybe(encode_changes(event.changes)), maybe(event.comment), event.time_s,
         maybe(event.inputs), event.worked_on, event.revokes, last});
    numbers.push_back(m_connection.last_insert_id());
  }
  m_connection.execute("UPDATE patch SET history_hash = ? WHERE id = ?", {last, one.id});
}

void Importer::insert_jars(const Batch& batch, const std::string& now) {
  std::vector<std::pair<std::uint64_t, const Jar*>> rows;
  for (const Waiting& one : batch) {
    if (!one.inserted) continue;
    for (const Jar& jar : one.draft.jars) rows.emplace_back(one.id, &jar);
  }
  patch::insert_jars(m_connection, rows, m_actor.name, now);
}

/// Ticks count from the event that entered the state: its number is known only now.
void Importer::restore_states(const Batch& batch) {
  std::vector<std::uint64_t> moved;
  for (const Waiting& one : batch) {
    if (one.inserted && last_one_enters(one.draft.events)) moved.push_back(one.id);
  }
  if (moved.empty()) return;
  m_connection.execute(fmt::format(
      "UPDATE patch p JOIN (SELECT patch, MAX(id) AS last FROM event WHERE patch IN ({})"
      " AND action IN ('move', 'attach') GROUP BY patch) e ON e.patch = p.id"
      " SET p.state_event = e.last",
      id_list(moved)));
}

void Importer::index(const Batch& batch) {
  if (m_options.dry_run) return;
  SegmentBuilder builder;
  for (const Waiting& one : batch) {
    if (one.inserted) builder.add(one.id, one.draft.patch.fields);
  }
  if (builder.patches() < k_index_from) return;
  builder.write(m_connection);
  m_segments = true;
}

}  // namespace upkeep::patch
