// SPDX-License-Identifier: MIT
#include "patch/store/link_store.hpp"

#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

/// A link from `link l`, together with its patch.
constexpr std::string_view k_link_columns =
    "p.platform, p.number, l.type, l.platform AS to_platform, l.number AS to_number";

/// One row per link, grouped by patch; without a type: the patch has none.
void group(const db::Row& row, std::vector<LinksOf>& found) {
  PatchRef patch = ref_of(row).value_or(PatchRef{});
  if (found.empty() || found.back().patch != patch) {
    found.push_back({.patch = std::move(patch), .links = {}});
  }
  if (row.is_null("type")) return;
  found.back().links.push_back(
      {row.text("type"), {row.text("to_platform"), maybe_number(row, "to_number").value_or(0)}});
}

/// `(patch, type, platform, number, place)`
std::string values_sql(std::string_view patch, const std::vector<Link>& links) {
  std::string sql;
  std::size_t place = 0;
  for (const Link& link : links) {
    sql += fmt::format("{}({},{},{},{},{})", sql.empty() ? "" : ",", patch, sql_text(link.type),
                       sql_text(link.target.platform), link.target.number, ++place);
  }
  return sql;
}

void insert_values(db::Connection& connection, const std::string& values) {
  if (values.empty()) return;
  connection.execute("INSERT INTO link (patch, type, platform, number, place) VALUES " + values);
}

}  // namespace

void LinkStore::insert(const std::vector<NewLinks>& rows) {
  std::string values;
  for (const NewLinks& row : rows) {
    if (row.links->empty()) continue;
    if (!values.empty()) values += ',';
    values += values_sql(std::to_string(row.patch), *row.links);
  }
  insert_values(m_connection, values);
}

void LinkStore::insert_of_last(const std::vector<Link>& links) {
  insert_values(m_connection, values_sql("LAST_INSERT_ID()", links));
}

bool LinkStore::add(std::uint64_t patch, const Link& link) {
  return m_connection.execute(
             "INSERT IGNORE INTO link (patch, type, platform, number, place)"
             " SELECT ?, ?, ?, ?, COALESCE(MAX(place), 0) + 1 FROM link WHERE patch = ?",
             {patch, link.type, link.target.platform, link.target.number, patch}) > 0;
}

bool LinkStore::remove(std::uint64_t patch, const Link& link) {
  return m_connection.execute(
             "DELETE FROM link WHERE patch = ? AND type = ? AND platform = ? AND number = ?",
             {patch, link.type, link.target.platform, link.target.number}) > 0;
}

bool LinkStore::is_target(const PatchRef& target, const std::string& type) {
  const auto& types = link_types();
  if (!type.empty() && std::find(types.begin(), types.end(), type) == types.end()) return false;
  return !m_connection
              .query(fmt::format("SELECT 1 FROM link l JOIN patch p ON p.id = l.patch WHERE"
                                 " l.platform = {} AND l.number = {}{} AND p.voided_at IS NULL"
                                 " LIMIT 1",
                                 sql_text(target.platform), target.number,
                                 type.empty() ? "" : " AND l.type = " + sql_text(type)))
              .empty();
}

std::vector<std::uint64_t> LinkStore::linking_to(const std::vector<PatchRef>& targets,
                                                 const std::string& type) {
  constexpr std::size_t k_page = 500;
  std::set<std::uint64_t> ids;
  for (std::size_t start = 0; start < targets.size(); start += k_page) {
    std::string any;  // not (a, b) IN (...), for which not every server uses the index
    for (std::size_t i = start; i < std::min(start + k_page, targets.size()); ++i) {
      any += fmt::format("{}(l.platform = {} AND l.number = {})", any.empty() ? "" : " OR ",
                         sql_text(targets[i].platform), targets[i].number);
    }
    for (const db::Row& row : m_connection.query(fmt::format(
             "SELECT l.patch FROM link l WHERE l.type = {} AND ({})", sql_text(type), any))) {
      ids.insert(unsigned_of(row, "patch"));
    }
  }
  return {ids.begin(), ids.end()};
}

std::vector<LinksOf> LinkStore::locked(const std::vector<PatchRef>& patches) {
  std::string wanted;
  for (const PatchRef& ref : patches) {
    wanted += fmt::format("{}('{}',{})", wanted.empty() ? "" : ",",
                          platform_key(ref.platform).value_or(""), ref.number);
  }
  std::vector<LinksOf> found;
  for (const db::Row& row : m_connection.query(fmt::format(
           "SELECT {} FROM patch p LEFT JOIN link l ON l.patch = p.id WHERE"
           " (p.platform_key, p.number) IN ({}) ORDER BY p.platform_key, p.number, l.place"
           " LOCK IN SHARE MODE",
           k_link_columns, wanted))) {
    group(row, found);
  }
  return found;
}

void LinkStore::for_each(const std::function<void(const LinksOf&)>& take) {
  std::vector<LinksOf> found;
  m_connection.query_each(
      fmt::format("SELECT {} FROM link l JOIN patch p ON p.id = l.patch WHERE p.number IS NOT NULL"
                  " AND p.voided_at IS NULL ORDER BY l.patch, l.place",
                  k_link_columns),
      [&](const db::Row& row) {
        group(row, found);
        if (found.size() < 2) return;
        take(found.front());
        found.erase(found.begin());
      });
  if (!found.empty()) take(found.front());
}

std::string_view links_column() {
  return "(SELECT GROUP_CONCAT(l.type, '=', l.platform, '-', l.number ORDER BY l.place"
         " SEPARATOR '\\n') FROM link l WHERE l.patch = p.id) AS links";
}

std::vector<Link> links_of(const db::Row& row) {
  return decode_links(row.maybe_text("links").value_or(""));
}

std::string has_link_sql(const Link& link) {
  return fmt::format(
      "p.id IN (SELECT l.patch FROM link l WHERE l.platform = {} AND l.number = {} AND"
      " l.type = {})",
      sql_text(link.target.platform), link.target.number, sql_text(link.type));
}

std::string has_no_link_sql(const std::string& type) {
  return fmt::format("NOT EXISTS (SELECT 1 FROM link l WHERE l.patch = p.id AND l.type = {})",
                     sql_text(type));
}

}  // namespace upkeep::patch
