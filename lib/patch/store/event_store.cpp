// SPDX-License-Identifier: MIT
#include "patch/store/event_store.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "db/transaction.hpp"
#include "patch/store/patch_store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

db::Param maybe_empty(const std::string& text) {
  return text.empty() ? db::Param(nullptr) : db::Param(text);
}

void check_comment(const std::string& text) {
  if (text.size() > k_longest_comment) {
    throw DataError(fmt::format("a text of {} bytes for the history", text.size()),
                    fmt::format("at most {} are allowed", k_longest_comment));
  }
  if (!is_utf8(text)) throw DataError("the text for the history is not valid UTF-8");
}

}  // namespace

std::string chain_end(const Patch& patch) {
  return patch.history_hash ? *patch.history_hash : chain_start(patch.queue, patch.ref);
}

std::string hash_of(const Event& event, const std::string& previous) {
  return chained(previous, {.at = sql_time(event.at).value_or(""),
                            .actor = event.actor,
                            .via = event.via,
                            .action = event.action,
                            .changes = encode_changes(event.changes),
                            .comment = event.comment,
                            .inputs = event.inputs,
                            .time = event.time,
                            .worked_on = event.worked_on,
                            .revokes = event.revokes});
}

std::vector<KeyedEvent> keyed_events(db::Connection& connection, const std::string& actor,
                                     const std::string& key) {
  const db::ReadsTables all(connection);  // they were the actor's own
  // `0` is the character that follows `/`.
  const db::Rows rows = connection.query(
      "SELECT id, patch, once_digest FROM event"
      " WHERE actor = ? AND (once = ? OR (once >= ? AND once < ?)) ORDER BY id",
      {actor, key, key + "/", key + "0"});
  std::vector<KeyedEvent> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) {
    events.push_back({unsigned_of(row, "id"), unsigned_of(row, "patch"), row.text("once_digest")});
  }
  return events;
}

std::string EventStore::hash_of(const NewEvent& event, const std::string& previous) const {
  return chained(previous, {.at = event.at,
                            .actor = m_actor.name,
                            .via = m_actor.via,
                            .action = std::string(action_of(event.kind)),
                            .changes = encode_changes(event.changes),
                            .comment = event.comment,
                            .inputs = event.inputs,
                            .time = event.time,
                            .worked_on = event.worked_on,
                            .revokes = event.revokes});
}

void EventStore::refuse_done(Read read) const {
  if (!m_actor.once || m_actor.once->key().empty()) return;
  const db::ReadsTables all(m_connection);  // it was the actor's own
  const db::Rows rows = m_connection.query(
      fmt::format("SELECT id, patch, once_digest FROM event WHERE once = ? AND actor = ?{}",
                  read_clause(read)),
      {m_actor.once->key(), m_actor.name});
  if (rows.empty()) return;
  throw AlreadyDone(unsigned_of(rows[0], "id"), unsigned_of(rows[0], "patch"),
                    rows[0].view("once_digest") == m_actor.once->digest());
}

void EventStore::act(const std::function<void()>& work, bool dry_run) const {
  const auto attempt = [&] {
    if (m_actor.once) m_actor.once->begin();
    work();
  };
  refuse_done(Read::snapshot);
  try {
    db::transact(m_connection, attempt, dry_run ? db::Ending::roll_back : db::Ending::commit);
  } catch (const db::Error& error) {
    if (error.duplicate()) refuse_done(Read::snapshot);
    throw;
  } catch (...) {  // refused perhaps because of what the first one has done
    refuse_done(Read::snapshot);
    throw;
  }
  if (m_actor.once && m_actor.once->events().empty()) refuse_done(Read::snapshot);
}

std::uint64_t EventStore::write(const NewEvent& event, const std::string& hash) {
  check_comment(event.comment);
  const std::string action(action_of(event.kind));
  std::vector<db::Param> values{event.at,
                                m_actor.name,
                                m_actor.via,
                                action,
                                maybe_empty(encode_changes(event.changes)),
                                maybe_empty(event.comment),
                                event.time,
                                maybe_empty(event.inputs),
                                event.worked_on,
                                event.revokes,
                                hash};
  const std::string key = m_actor.once ? m_actor.once->open_key() : std::string();
  const bool has_key = !key.empty();
  if (has_key) values.insert(values.end(), {key, m_actor.once->digest()});
  m_connection.execute(
      fmt::format("INSERT INTO event (patch, at, actor, via, action, changes, comment, time_s,"
                  " inputs, worked_on, revokes, hash, pending{})"
                  " VALUES ({}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {}{})",
                  has_key ? ", once, once_digest" : "",
                  event.patch ? std::to_string(*event.patch) : "LAST_INSERT_ID()",
                  m_announced.contains(action) ? "1" : "NULL", has_key ? ", ?, ?" : ""),
      values);
  const std::uint64_t id = m_connection.last_insert_id();
  if (m_actor.once) m_actor.once->note(id);
  return id;
}

std::uint64_t EventStore::write_next(Patch& patch, NewEvent event) {
  event.patch = patch.id;
  patch.history_hash = hash_of(event, chain_end(patch));
  return write(event, *patch.history_hash);
}

std::uint64_t EventStore::append(Patch& patch, NewEvent event) {
  const std::uint64_t id = write_next(patch, std::move(event));
  PatchStore(m_connection).write_history_hash(patch);
  return id;
}

void EventStore::insert(db::Connection& connection, const std::vector<ImportedEvent>& events) {
  constexpr std::size_t k_most_bytes = 2U << 20U;  // below any server's packet limit
  std::string sql;
  std::vector<db::Param> params;
  std::size_t bytes = 0;
  const auto send = [&] {
    if (!sql.empty()) connection.execute(sql, params);
    sql.clear();
    params.clear();
    bytes = 0;
  };
  for (const ImportedEvent& one : events) {
    sql += sql.empty() ? "INSERT INTO event (patch, at, actor, via, action, changes, comment,"
                         " time_s, inputs, worked_on, revokes, hash) VALUES "
                       : ",";
    sql += "(?,?,?,?,?,?,?,?,?,?,?,?)";
    const Event& event = *one.event;
    const std::string changes = encode_changes(event.changes);
    bytes += changes.size() + event.comment.size() + event.inputs.size();
    for (db::Param value :
         {db::Param(one.patch), db::Param(sql_time(event.at)), db::Param(event.actor),
          db::Param(event.via), db::Param(event.action), maybe_empty(changes),
          maybe_empty(event.comment), db::Param(event.time), maybe_empty(event.inputs),
          db::Param(event.worked_on), db::Param(event.revokes), db::Param(one.hash)}) {
      params.push_back(std::move(value));
    }
    if (bytes > k_most_bytes) send();
  }
  send();
}

void EventStore::set_delivered(db::Connection& connection, std::uint64_t event) {
  connection.execute("UPDATE event SET pending = NULL WHERE id = ?", {event});
}

void EventStore::revive(db::Connection& connection) {
  connection.execute(
      "UPDATE event SET pending = 1 WHERE id IN (SELECT event FROM delivery WHERE state = 'dead')");
}

}  // namespace upkeep::patch
