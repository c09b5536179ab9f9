// SPDX-License-Identifier: MIT
#include "patch/store/delivery_store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

DeliveryState delivery_state_of(const std::string& word) {
  if (word == "sent") return DeliveryState::sent;
  return word == "dead" ? DeliveryState::dead : DeliveryState::waiting;
}

const char* word_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::sent:
      return "sent";
    case DeliveryState::dead:
      return "dead";
    case DeliveryState::waiting:
      break;
  }
  return "waiting";
}

}  // namespace

std::map<std::string, DeliveryRow> DeliveryStore::of_event(std::uint64_t event) {
  std::map<std::string, DeliveryRow> rows;
  for (const db::Row& row : m_connection.query(
           "SELECT notify, state, tries, next_at > UTC_TIMESTAMP() AS later FROM delivery"
           " WHERE event = ?",
           {event})) {
    rows[row.text("notify")] = {.state = delivery_state_of(row.text("state")),
                                .tries = row.integer("tries"),
                                .later = row.maybe_integer("later").value_or(0) != 0};
  }
  return rows;
}

void DeliveryStore::note_sent(std::uint64_t event, const std::string& notify, std::int64_t tries) {
  m_connection.execute(
      "INSERT INTO delivery (event, notify, state, tries, detail) VALUES (?, ?, 'sent', ?, '')"
      " ON DUPLICATE KEY UPDATE state = 'sent', tries = VALUES(tries), detail = ''",
      {event, notify, tries});
}

void DeliveryStore::note_failed(std::uint64_t event, const std::string& notify, std::int64_t tries,
                                DeliveryState state, std::chrono::seconds pause,
                                const std::string& why) {
  m_connection.execute(
      fmt::format(
          "INSERT INTO delivery (event, notify, state, tries, next_at, detail) VALUES (?, ?, ?,"
          " ?, UTC_TIMESTAMP() + INTERVAL {} SECOND, ?) ON DUPLICATE KEY UPDATE state ="
          " VALUES(state), tries = VALUES(tries), next_at = VALUES(next_at), detail ="
          " VALUES(detail)",
          pause.count()),
      {event, notify, word_of(state), tries, why});
}

void DeliveryStore::forget_sent(std::uint64_t event) {
  m_connection.execute("DELETE FROM delivery WHERE event = ? AND state = 'sent'", {event});
}

void DeliveryStore::revive() {
  m_connection.execute(
      "UPDATE delivery SET state = 'waiting', tries = 0, next_at = UTC_TIMESTAMP() WHERE state = "
      "'dead'");
}

DelivererRow DeliveryStore::locked_deliverer() {
  const db::Rows rows = m_connection.query(
      "SELECT epoch, node, expires_at > UTC_TIMESTAMP(3) AS leased FROM deliverer"
      " WHERE name = 'outbox' FOR UPDATE");
  if (rows.empty()) {
    m_connection.execute("INSERT INTO deliverer (name, epoch) VALUES ('outbox', 0)");
    return {};
  }
  const db::Row& row = rows[0];
  const bool leased = !row.is_null("node") && row.maybe_integer("leased").value_or(0) != 0;
  return {.epoch = row.integer("epoch"), .node = row.maybe_text("node"), .leased = leased};
}

void DeliveryStore::lease(std::int64_t epoch, const std::string& node,
                          std::chrono::seconds length) {
  m_connection.execute(
      fmt::format("UPDATE deliverer SET epoch = ?, node = ?, expires_at = UTC_TIMESTAMP(3) +"
                  " INTERVAL {} SECOND WHERE name = 'outbox'",
                  length.count()),
      {epoch, node});
}

bool DeliveryStore::extend_lease(std::int64_t epoch, std::chrono::seconds length) {
  const db::Rows ours = m_connection.query(
      "SELECT 1 FROM deliverer WHERE name = 'outbox' AND epoch = ? FOR UPDATE", {epoch});
  if (ours.empty()) return false;
  m_connection.execute(
      fmt::format("UPDATE deliverer SET expires_at = UTC_TIMESTAMP(3) + INTERVAL {} SECOND WHERE"
                  " name = 'outbox'",
                  length.count()));
  return true;
}

void DeliveryStore::end_lease(std::int64_t epoch) {
  m_connection.execute(
      "UPDATE deliverer SET node = NULL, expires_at = NULL WHERE name = 'outbox' AND epoch = ?",
      {epoch});
}

}  // namespace upkeep::patch
