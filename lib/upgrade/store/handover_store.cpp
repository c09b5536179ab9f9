// SPDX-License-Identifier: MIT
#include "upgrade/store/handover_store.hpp"

#include "db/transaction.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

HandoverStore::HandoverStore(db::Connection& connection, const std::string& schema)
    : m_connection(connection), m_table(db::quoted_identifier(schema) + ".handover") {}

WallTime HandoverStore::replacement_due() {
  const auto rows = m_connection.query(fmt::format("SELECT due_at FROM {} WHERE one = 1", m_table));
  return rows.empty() ? WallTime() : from_sql(rows.at(0).text("due_at"));
}

bool HandoverStore::claim_replacement() {
  return claim([](Handover& handover, WallTime now) { return handover.replace(now); }).has_value();
}

std::optional<WallTime> HandoverStore::claim_later() {
  return claim([](Handover& handover, WallTime now) { return handover.replace_later(now); });
}

/// @returns when the job is due; nullopt: the rule forbids it
std::optional<WallTime> HandoverStore::claim(const std::function<bool(Handover&, WallTime)>& rule) {
  std::optional<WallTime> due;
  db::transact(m_connection, [&] {
    due.reset();
    const auto rows = m_connection.query(fmt::format(
        "SELECT due_at, tries, UTC_TIMESTAMP(3) AS now FROM {} WHERE one = 1 FOR UPDATE", m_table));
    if (rows.empty()) return;
    Handover handover;
    handover.due_at = from_sql(rows[0].text("due_at"));
    handover.tries = static_cast<int>(rows[0].integer("tries"));
    if (!rule(handover, from_sql(rows[0].text("now")))) return;
    m_connection.execute(fmt::format("UPDATE {} SET due_at = ?, tries = ? WHERE one = 1", m_table),
                         {to_sql(handover.due_at), handover.tries});
    due = handover.due_at;
  });
  return due;
}

void HandoverStore::forget_replacements() {
  m_connection.execute(fmt::format("UPDATE {} SET tries = 0 WHERE one = 1 AND tries > 0", m_table));
}

}  // namespace upkeep::upgrade
