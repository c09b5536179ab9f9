// SPDX-License-Identifier: MIT
#include "patch/store/event_store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

std::string hash_of(const Actor& actor, const NewEvent& event, const std::string& previous) {
  return chained(previous,
                 {event.at, actor.name, actor.via, event.action, encode_changes(event.changes),
                  event.comment, event.inputs, event.time_s, event.worked_on, event.revokes});
}

std::uint64_t write_event(db::Connection& connection, const config::Patch& config,
                          const Actor& actor, const NewEvent& event, const std::string& hash) {
  const std::string changes = encode_changes(event.changes);
  const auto maybe = [](const std::string& text) {
    return text.empty() ? db::Param(nullptr) : db::Param(text);
  };
  connection.execute(
      fmt::format("INSERT INTO event (patch, at, actor, via, action, changes, comment, time_s,"
                  " inputs, worked_on, revokes, hash, pending)"
                  " VALUES ({}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {})",
                  event.patch ? std::to_string(*event.patch) : "LAST_INSERT_ID()",
                  config.announced.contains(event.action) ? "1" : "NULL"),
      {event.at, actor.name, actor.via, event.action, maybe(changes), maybe(event.comment),
       event.time_s, maybe(event.inputs), event.worked_on, event.revokes, hash});
  return connection.last_insert_id();
}

std::uint64_t append_event(db::Connection& connection, const config::Patch& config,
                           const Actor& actor, Patch& patch, NewEvent event) {
  event.patch = patch.id;
  patch.history_hash = hash_of(actor, event, chain_end(patch));
  const std::uint64_t id = write_event(connection, config, actor, event, *patch.history_hash);
  connection.execute("UPDATE patch SET history_hash = ? WHERE id = ?",
                     {*patch.history_hash, patch.id});
  return id;
}

std::string chain_end(const Patch& patch) {
  return patch.history_hash ? *patch.history_hash : chain_start(patch.queue, patch.ref);
}

}  // namespace upkeep::patch
