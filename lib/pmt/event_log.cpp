// SPDX-License-Identifier: MIT
#include "pmt/event_log.hpp"

#include <fmt/format.h>

namespace upkeep::pmt {

std::uint64_t write_event(db::Connection& connection, const config::Patch& config,
                          const Actor& actor, const NewEvent& event) {
  const std::string changes = encode_changes(event.changes);
  const auto maybe = [](const std::string& text) {
    return text.empty() ? db::Param(nullptr) : db::Param(text);
  };
  connection.execute(
      fmt::format(
          "INSERT INTO event (patch, at, actor, via, action, changes, comment, time_s,"
          " inputs, worked_on, revokes, pending) VALUES ({}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {})",
          event.patch ? std::to_string(*event.patch) : "LAST_INSERT_ID()",
          config.announced.contains(event.action) ? "1" : "NULL"),
      {event.at, actor.name, actor.via, event.action, maybe(changes), maybe(event.comment),
       event.time_s, maybe(event.inputs), event.worked_on, event.revokes});
  return connection.last_insert_id();
}

}  // namespace upkeep::pmt
