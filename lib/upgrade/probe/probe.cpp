// SPDX-License-Identifier: MIT
#include "upgrade/probe/probe.hpp"

#include "base/text.hpp"
#include "db/session_state.hpp"
#include "db/statement_limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace upkeep::upgrade {

namespace {

/// The meaning of a row of the lookup: N >= 1: probe N holds; otherwise a probe's table exists, the
/// schema exists, or the server's rule for names (lower_case_table_names).
constexpr std::int64_t k_table_row = 0, k_schema_row = -1, k_heeds_case = -2, k_ignores_case = -3;

constexpr std::string_view k_workspace = "{workspace}";

/// Whether a number is zero; a sum or an average may be `0.00`.
bool is_zero(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  return text.empty() || (is_number && number == 0);
}

/// Whether two schema names are equal for the server, which has already compared non-ASCII letters.
bool is_same_name(const std::string& stored, const std::string& asked, bool ignores_case) {
  if (!ignores_case) return stored == asked;
  const auto is_ascii = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0; });
  };
  return lower(stored) == lower(asked) || !is_ascii(stored) || !is_ascii(asked);
}

}  // namespace

bool names_workspace(const config::Probe& probe) {
  return probe.query.find(k_workspace) != std::string::npos;
}

std::optional<std::string> query_for(const config::Probe& probe, const std::string& workspace) {
  if (!names_workspace(probe)) return probe.query;
  const auto is_harmless = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (workspace.empty() || workspace.find("--") != std::string::npos || workspace.back() == '-' ||
      !std::all_of(workspace.begin(), workspace.end(), is_harmless)) {
    return std::nullopt;
  }
  return replace_all(probe.query, k_workspace, workspace);
}

db::Connection& QueryLine::ready() {
  if (m_connection) {
    try {
      m_connection->execute(db::session_state(false));
      return *m_connection;
    } catch (const db::Error&) {  // the idle connection was closed
      m_connection.reset();
    }
  }
  return m_connection.emplace(m_endpoint);
}

void QueryLine::rest() {
  if (!m_connection) return;
  try {
    // The real upgrade program kills idle sessions that have its workspace's schema selected.
    m_connection->execute("USE information_schema");
  } catch (const db::Error&) {
    m_connection.reset();
  }
}

ProbeReader::ProbeReader(db::Connection& connection, const std::vector<config::Probe>& probes,
                         Sight& sight, QueryLine& queries, ProbeScope scope)
    : m_connection(connection),
      m_probes(probes),
      m_sight(sight),
      m_queries(queries),
      m_scope(std::move(scope)) {
  m_has_queries = std::any_of(m_probes.begin(), m_probes.end(), [this](const config::Probe& probe) {
    return is_asked(probe) && !probe.query.empty();
  });
}

SchemaFacts ProbeReader::empty_facts() const {
  SchemaFacts facts;
  facts.ignores_case = m_ignores_case;
  for (const config::Probe& probe : m_probes) {
    facts.answers.push_back(is_asked(probe) ? Answer::does_not_hold : Answer::unknown);
  }
  return facts;
}

/// One SELECT per probe, all in one statement: if the table's name is a constant, the server opens
/// only that table of a schema. The first row is the server's rule for names.
/// @param comparison follows the schema's column and contains one `?`, for `schema`
std::string ProbeReader::lookups(std::string_view comparison, const std::string& schema) const {
  std::string sql = fmt::format("SELECT '', IF(@@lower_case_table_names = 0, {}, {})", k_heeds_case,
                                k_ignores_case);
  sql += m_connection.bound(
      fmt::format(" UNION ALL SELECT SCHEMA_NAME, {} FROM information_schema.SCHEMATA WHERE"
                  " SCHEMA_NAME {}",
                  k_schema_row, comparison),
      {schema});
  for (std::size_t i = 0; i < m_probes.size(); ++i) {
    const config::Probe& probe = m_probes[i];
    if (!probe.query.empty() || !is_asked(probe)) continue;
    if (probe.column.empty()) {
      sql += m_connection.bound(
          fmt::format(" UNION ALL SELECT TABLE_SCHEMA, {} FROM information_schema.TABLES WHERE"
                      " TABLE_SCHEMA {} AND TABLE_NAME = ?",
                      i + 1, comparison),
          {schema, probe.table});
    } else {  // and its table's first column, which shows that the table exists
      sql += m_connection.bound(
          fmt::format(" UNION ALL SELECT TABLE_SCHEMA, IF(COLUMN_NAME = ?, {}, {}) FROM"
                      " information_schema.COLUMNS WHERE TABLE_SCHEMA {} AND TABLE_NAME = ? AND"
                      " (COLUMN_NAME = ? OR ORDINAL_POSITION = 1)",
                      i + 1, k_table_row, comparison),
          {probe.column, schema, probe.table, probe.column});
    }
  }
  return sql;
}

void ProbeReader::take_rows(const db::Rows& rows, FactsBySchema& facts) {
  for (const db::Row& row : rows) {
    const std::int64_t number = row.integer(1);
    if (number < k_schema_row) {
      m_ignores_case = number == k_ignores_case;
      continue;
    }
    const auto [place, is_new] = facts.try_emplace(row.text(0));
    SchemaFacts& schema = place->second;
    if (is_new) schema = empty_facts();
    if (number == k_schema_row) {
      schema.exists = true;
      schema.stored_name = row.text(0);
      continue;
    }
    schema.shows_tables = true;
    if (number > k_table_row) {
      schema.answers.at(static_cast<std::size_t>(number - 1)) = Answer::holds;
    }
  }
}

ProbeReader::FactsBySchema ProbeReader::look_up(std::string_view comparison,
                                                const std::string& schema) {
  FactsBySchema facts;
  take_rows(m_connection.query(lookups(comparison, schema)), facts);
  std::erase_if(facts, [](const auto& one) { return !one.second.exists; });
  return facts;
}

SchemaFacts ProbeReader::read(const std::string& schema, const std::string& workspace) {
  FactsBySchema facts = look_up("= ?", schema);
  std::erase_if(facts,
                [&](const auto& one) { return !is_same_name(one.first, schema, m_ignores_case); });
  const auto exact = facts.find(schema);
  const auto found = exact != facts.end() ? exact : facts.begin();
  if (found == facts.end()) return empty_facts();
  if (m_has_queries) ask_queries(found->first, workspace, found->second);
  doubt_absence(facts);
  return found->second;
}

ProbeReader::FactsBySchema ProbeReader::read_all(const std::string& like_pattern,
                                                 const NameOf& name_of) {
  FactsBySchema facts = look_up("LIKE ? ESCAPE '!'", like_pattern);
  if (m_has_queries) {
    for (auto& [schema, schema_facts] : facts)
      ask_queries(schema, name_of(schema, m_ignores_case), schema_facts);
  }
  doubt_absence(facts);
  return facts;
}

/// Runs the query probes. The workspace's content determines how long they take, so all together
/// are limited.
void ProbeReader::ask_queries(const std::string& schema, const std::string& workspace,
                              SchemaFacts& facts) {
  const auto end = std::chrono::steady_clock::now() + m_scope.query_limit;
  db::Connection& connection = m_queries.ready();
  bool goes_on = true;
  for (std::size_t i = 0; i < m_probes.size(); ++i) {
    const config::Probe& probe = m_probes[i];
    if (probe.query.empty() || !is_asked(probe)) continue;
    facts.answers[i] = Answer::unknown;
    if (!goes_on) continue;
    const auto query = query_for(probe, workspace);
    if (!query) {
      facts.problem =
          fmt::format("{}: the workspace's name cannot be used in a query", label(probe));
      continue;
    }
    try {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      db::limit_statements(connection, std::max(left, std::chrono::milliseconds(1)));
      connection.execute("USE " + db::quoted_identifier(schema));
      const db::Rows rows = connection.query(*query);
      const bool truth =
          !rows.empty() && rows[0].size() > 0 && !rows[0].is_null(0) && !is_zero(rows[0].text(0));
      facts.answers[i] = truth ? Answer::holds : Answer::does_not_hold;
      if (truth) facts.shows_tables = true;
    } catch (const db::Error& error) {
      if (error.missing_object()) {  // no such table or column
        facts.answers[i] = Answer::does_not_hold;
        continue;
      }
      goes_on = !error.out_of_time() && !error.connection_lost();
      if (error.connection_lost()) m_queries.close();  // perhaps by the query itself
      facts.problem = error.status() == ExitStatus::not_permitted
                          ? unreadable(schema)
                          : fmt::format("{}: {}", label(probe), error.what());
    }
  }
  m_queries.rest();
}

std::string ProbeReader::unreadable(const std::string& schema) {
  return fmt::format("access denied to the tables of {}, run {}", schema,
                     m_sight.grant_for(schema));
}

bool ProbeReader::is_missing(const SchemaFacts& facts, std::size_t probe) const {
  return is_asked(m_probes[probe]) && facts.answers[probe] == Answer::does_not_hold;
}

/// Sets answers to `unknown` if a table may be missing only because this account cannot see it.
void ProbeReader::doubt_absence(FactsBySchema& facts) {
  std::vector<std::string> bare;  // schemas in which no table was seen
  for (const auto& [schema, schema_facts] : facts) {
    if (!schema_facts.shows_tables) bare.push_back(schema);
  }
  for (const std::string& schema : m_sight.with_tables(bare)) facts[schema].shows_tables = true;
  for (auto& [schema, schema_facts] : facts) doubt_absence(schema, schema_facts);
}

void ProbeReader::doubt_absence(const std::string& schema, SchemaFacts& facts) {
  bool any_missing = false;
  for (std::size_t i = 0; i < m_probes.size() && !any_missing; ++i)
    any_missing = is_missing(facts, i);
  if (!any_missing) return;
  const bool sees_all = m_sight.sees_all_of(schema);
  if (sees_all && facts.shows_tables) return;
  for (std::size_t i = 0; i < m_probes.size(); ++i) {
    if (!is_missing(facts, i)) continue;
    const config::Probe& probe = m_probes[i];
    if (sees_all) {
      facts.answers[i] = Answer::unknown;
      facts.problem = fmt::format("not provisioned: its schema {} has no tables", schema);
    } else if (!facts.shows_tables || !m_sight.would_see(schema, probe.table, probe.column)) {
      facts.answers[i] = Answer::unknown;
      facts.problem = unreadable(schema);
    }
  }
}

}  // namespace upkeep::upgrade
