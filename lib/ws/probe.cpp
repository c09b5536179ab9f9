// SPDX-License-Identifier: MIT
#include "ws/probe.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upkeep::ws {

namespace {

/// The number of a probe's first row is 1: 0 stands for the schema itself.
constexpr std::int64_t k_schema_row = 0;

/// A sum or an average is 0.00 where it is nothing.
bool is_zero(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return text.empty() || (is_number && number == 0);
}

SchemaFacts empty_facts(const std::vector<config::Probe>& probes) {
  SchemaFacts facts;
  facts.answers.assign(probes.size(), Answer::does_not_hold);
  return facts;
}

}  // namespace

std::string label(const config::Probe& probe) {
  if (!probe.query.empty())
    return fmt::format("query \"{}\"", ellipsized(printable(probe.query), 60));
  return probe.column.empty() ? probe.table : probe.table + "." + probe.column;
}

ProbeReader::ProbeReader(db::Connection& connection, const std::vector<config::Probe>& probes)
    : m_connection(connection),
      m_probes(probes),
      m_has_queries(std::any_of(probes.begin(), probes.end(),
                                [](const config::Probe& probe) { return !probe.query.empty(); })) {}

/// One SELECT a probe, all in one statement: with the table's name given as a constant the server
/// opens that one table of a schema and no other.
/// @param schema_condition holds one `?`, for `schema`
std::string ProbeReader::table_lookups(const std::string& schema_condition,
                                       const std::string& schema) const {
  std::string sql;
  for (std::size_t i = 0; i < m_probes.size(); ++i) {
    const config::Probe& probe = m_probes[i];
    if (!probe.query.empty()) continue;
    if (probe.column.empty()) {
      sql += m_connection.bound(
          fmt::format(
              " UNION ALL SELECT TABLE_SCHEMA, {} FROM information_schema.TABLES WHERE {} AND"
              " TABLE_NAME = ?",
              i + 1, schema_condition),
          {schema, probe.table});
    } else {
      sql += m_connection.bound(
          fmt::format(
              " UNION ALL SELECT TABLE_SCHEMA, {} FROM information_schema.COLUMNS WHERE {} AND"
              " TABLE_NAME = ? AND COLUMN_NAME = ?",
              i + 1, schema_condition),
          {schema, probe.table, probe.column});
    }
  }
  return sql;
}

void ProbeReader::take_rows(const db::Rows& rows, std::map<std::string, SchemaFacts>& facts) const {
  for (const db::Row& row : rows) {
    SchemaFacts& schema = facts.try_emplace(row.text(0), empty_facts(m_probes)).first->second;
    const std::int64_t number = row.integer(1);
    if (number == k_schema_row) {
      schema.exists = true;
    } else {
      schema.answers.at(static_cast<std::size_t>(number - 1)) = Answer::holds;
    }
  }
}

SchemaFacts ProbeReader::read(const std::string& schema) {
  std::map<std::string, SchemaFacts> facts;
  take_rows(
      m_connection.query(m_connection.bound("SELECT SCHEMA_NAME, 0 FROM information_schema.SCHEMATA"
                                            " WHERE SCHEMA_NAME = ?",
                                            {schema}) +
                         table_lookups("TABLE_SCHEMA = ?", schema)),
      facts);
  const auto found = facts.find(schema);
  if (found == facts.end() || !found->second.exists) return empty_facts(m_probes);
  if (m_has_queries) ask_queries(schema, found->second);
  return found->second;
}

std::map<std::string, SchemaFacts> ProbeReader::read_all(const std::string& like_pattern) {
  std::map<std::string, SchemaFacts> facts;
  take_rows(
      m_connection.query(m_connection.bound("SELECT SCHEMA_NAME, 0 FROM information_schema.SCHEMATA"
                                            " WHERE SCHEMA_NAME LIKE ? ESCAPE '!'",
                                            {like_pattern}) +
                         table_lookups("TABLE_SCHEMA LIKE ? ESCAPE '!'", like_pattern)),
      facts);
  if (m_has_queries) {
    for (auto& [schema, schema_facts] : facts) ask_queries(schema, schema_facts);
  }
  return facts;
}

void ProbeReader::ask_queries(const std::string& schema, SchemaFacts& facts) {
  for (std::size_t i = 0; i < m_probes.size(); ++i) {
    const config::Probe& probe = m_probes[i];
    if (probe.query.empty()) continue;
    try {
      m_connection.execute("USE " + db::quoted_identifier(schema));
      const db::Rows rows = m_connection.query(probe.query);
      const bool truth =
          !rows.empty() && rows[0].size() > 0 && !rows[0].is_null(0) && !is_zero(rows[0].text(0));
      facts.answers[i] = truth ? Answer::holds : Answer::does_not_hold;
    } catch (const db::Error& error) {
      if (error.connection_lost()) throw;
      if (error.missing_object()) continue;  // no such table or column: it does not hold
      facts.answers[i] = Answer::unknown;
      facts.problem = fmt::format("{}: {}", label(probe), error.what());
    }
  }
  // The real upgrade program kills idle sessions that have its workspace's schema selected.
  m_connection.execute("USE information_schema");
}

}  // namespace upkeep::ws
