// SPDX-License-Identifier: MIT
#include "upgrade/store/pause_store.hpp"

#include "db/transaction.hpp"
#include "upgrade/store/slot_store.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

PauseStore::PauseStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_table(db::quoted_identifier(schema) + ".pause"),
      m_schema(schema) {}

std::optional<Pause> PauseStore::find() {
  const auto rows = m_connection.query(
      fmt::format("SELECT paused_at, paused_by, reason FROM {} WHERE one = 1", m_table));
  if (rows.empty()) return std::nullopt;
  Pause pause;
  pause.since = from_sql(rows[0].text("paused_at"));
  pause.by = rows[0].text("paused_by");
  pause.reason = rows[0].maybe_text("reason");
  return pause;
}

bool PauseStore::pause(const std::string& who, const std::optional<std::string>& reason) {
  bool paused = false;
  db::transact(m_connection, [&] {
    SlotStore::note_pause(m_connection, m_schema);
    paused = m_connection.execute(
                 fmt::format("INSERT IGNORE INTO {} VALUES (1, UTC_TIMESTAMP(3), ?, ?)", m_table),
                 {fitting(who), fitting(reason)}) == 1;
  });
  return paused;
}

bool PauseStore::resume() {
  return m_connection.execute(fmt::format("DELETE FROM {} WHERE one = 1", m_table), {}) == 1;
}

}  // namespace upkeep::upgrade
