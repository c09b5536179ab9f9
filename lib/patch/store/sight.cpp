// SPDX-License-Identifier: MIT
#include "patch/store/sight.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <vector>

namespace upkeep::patch {

namespace {

/// `('a', 'b')`, compared as the column `category` is.
std::string category_list(const std::vector<std::string>& categories) {
  std::string sql;
  for (const std::string& one : categories) {
    sql += fmt::format("{}CONVERT({} USING utf8mb4) COLLATE utf8mb4_general_ci",
                       sql.empty() ? "" : ", ", sql_text(one));
  }
  return fmt::format("({})", sql);
}

/// The columns of `event e` without the links to hidden patches in events about more than one link.
/// `h` are the hidden patches.
std::string event_view(const std::string& hidden) {
  const std::string types = join(link_types(), "|");
  const std::string names_hidden = fmt::format(
      "EXISTS (SELECT 1 FROM patch h WHERE {} AND h.number IS NOT NULL AND"
      " LOCATE(CONCAT('\"', h.platform, '-', h.number, '\"'), e.changes) > 0)",
      hidden);
  const std::string change = fmt::format("[{{]\"key\":\"({})\",\"from\":[^}}]*[}}]", types);
  const std::string changes = fmt::format(
      "CASE WHEN e.action IN ('create', 'import') AND e.changes REGEXP {0} AND {1} THEN"
      " REGEXP_REPLACE(REGEXP_REPLACE(e.changes, {2}, ''), '^[[],', '[') ELSE e.changes END",
      sql_text(change), names_hidden, sql_text(",?" + change));
  return fmt::format(
      "SELECT e.id, e.patch, e.at, e.actor, e.via, e.action, {} AS changes, e.comment, e.time_s,"
      " e.inputs, e.pending, e.hash, e.worked_on, e.revokes, e.once, e.once_digest FROM event e"
      " WHERE NOT EXISTS (SELECT 1 FROM patch h WHERE h.id = e.patch AND {})"
      " AND NOT (e.action IN ('link', 'unlink') AND {})",
      changes, hidden, names_hidden);
}

std::vector<db::ReadView> views_without(const std::vector<std::string>& categories) {
  const std::string list = category_list(categories);
  const std::string hidden = "h.category IN " + list;
  // Of the table itself: `patch`, the last one, is not yet a view.
  const auto unless_hidden = [&](const char* columns, const char* table) {
    return fmt::format(
        "SELECT {0}.* FROM {1} {0} WHERE NOT EXISTS (SELECT 1 FROM patch h WHERE h.id = {0}.patch"
        " AND {2})",
        columns, table, hidden);
  };
  return {{"event", event_view(hidden)},
          {"link", unless_hidden("l", "link") +
                       fmt::format(" AND (l.platform, l.number) NOT IN (SELECT COALESCE(h.platform,"
                                   " ''), h.number FROM patch h WHERE {} AND h.number IS NOT NULL)",
                                   hidden)},
          {"patch_jar", unless_hidden("j", "patch_jar")},
          // Not a condition that an index could serve: nearly every row meets it.
          {"patch",
           fmt::format("SELECT p.* FROM patch p WHERE COALESCE(p.category, '') NOT IN {}", list)}};
}

}  // namespace

void see_as(db::Connection& connection, const config::Patch& config, const std::string& person) {
  const auto hidden = hidden_categories(config, person);
  connection.read_through(hidden.empty() ? std::vector<db::ReadView>() : views_without(hidden));
}

bool is_seen(db::Connection& connection, std::uint64_t patch) {
  if (!connection.reads_views()) return true;
  return !connection.query("SELECT 1 FROM patch WHERE id = ?", {patch}).empty();
}

void need_to_see_all(const db::Connection& connection, const std::string& what) {
  if (!connection.reads_views()) return;
  throw Error(ExitStatus::not_permitted,
              fmt::format("{} is left to people who may see every patch", what),
              "[patch.see] lists who may see patches of certain categories");
}

}  // namespace upkeep::patch
