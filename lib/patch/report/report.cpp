// SPDX-License-Identifier: MIT
#include "patch/report/report.hpp"

#include "base/text.hpp"
#include "patch/query/query.hpp"
#include "patch/query/term_index.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

namespace upkeep::patch::report {

std::string Scope::now_sql() const {
  std::string text = iso8601(now);
  text.pop_back();
  text[text.find('T')] = ' ';
  return text;
}

std::string where_sql(const Scope& scope) {
  if (scope.selected.limit) {  // the first ones in the selector's order
    const auto ids = select_ids(scope.connection, scope.selected);
    return fmt::format(" WHERE p.id IN ({})", ids.empty() ? "0" : id_list(ids));
  }
  return " WHERE " + scope.selected.where() + narrowing_sql(scope.connection, scope.selected);
}

std::string range_sql(const Scope& scope, const std::string& column) {
  std::string sql;
  if (scope.from) sql += fmt::format(" AND {} >= {}", column, sql_text(*scope.from));
  if (scope.to) sql += fmt::format(" AND {} < {}", column, sql_text(*scope.to));
  return sql;
}

std::string narrowed(const Scope& scope) {
  std::string text;
  if (!scope.terms.empty()) text = " with " + ellipsized(printable(join(scope.terms, " ")), 200);
  if (scope.from || scope.to) text += " in that range";
  return text;
}

bool is_in_range(const Scope& scope, const std::optional<std::string>& at) {
  if (!at) return !scope.from && !scope.to;
  return (!scope.from || *at >= *scope.from) && (!scope.to || *at < *scope.to);
}

std::string text_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + sql_text(text);
  return list.empty() ? "NULL" : list;
}

std::string released_sql(const Scope& scope) {
  return fmt::format("({} OR (p.state IS NULL AND p.released_at IS NOT NULL))",
                     in_states_sql(scope.config.patch.released));
}

std::string unreleased_sql(const Scope& scope) {
  // The list of states gives NULL, not false, for a patch without one.
  return "NOT COALESCE(" + released_sql(scope) + ", FALSE)";
}

std::string not_declined_sql(const std::string& moment) {
  // The last change up to then, otherwise the inverse of the first change after it.
  return fmt::format(
      "COALESCE((SELECT e.changes NOT LIKE '%\"to\":\"declined\"%' FROM event e WHERE e.patch ="
      " p.id AND {1} AND e.at <= {0} ORDER BY e.id DESC LIMIT 1),"
      " (SELECT e.changes NOT LIKE '%\"from\":\"declined\"%' FROM event e WHERE e.patch ="
      " p.id AND {1} AND e.at > {0} ORDER BY e.id LIMIT 1), p.queue_state <> 'declined')",
      moment, k_of_queue_sql);
}

std::optional<std::int64_t> seconds_of(const std::string& sql_time) {
  const auto time = parse_iso8601(sql_time);
  if (!time) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

std::optional<std::chrono::sys_days> day_of(const std::string& sql_time) {
  const auto time = parse_iso8601(sql_time);
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*time);
}

Chart counted_chart(std::string title, std::string x_title,
                    const std::vector<std::pair<std::string, double>>& counts) {
  Chart chart{Chart::Kind::bars, std::move(title), std::move(x_title), "patches", {}, {}};
  Series series{"patches", {}};
  for (const auto& [label, count] : counts) {
    chart.labels.push_back(label);
    series.values.push_back(count);
  }
  chart.series.push_back(std::move(series));
  return chart;
}

}  // namespace upkeep::patch::report
