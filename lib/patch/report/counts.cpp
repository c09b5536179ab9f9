// SPDX-License-Identifier: MIT
// released --by, trend: how many, and when.
#include "base/text.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

enum class Kind { proactive, reactive, security, uncategorised };

/// By the projects of the support JIRAs: DEVINTERNAL is our own initiative, SECURITYINTERNAL is
/// security, every other one is a client's.
Kind kind_of(const Values& jiras) {
  bool any = false, security = false;
  for (const std::string& jira : jiras) {
    const std::string upper = lower(jira);
    if (upper.find("devinternal-") != std::string::npos) return Kind::proactive;
    security = security || upper.find("securityinternal-") != std::string::npos;
    any = any || !trim(jira).empty();
  }
  return security ? Kind::security : any ? Kind::reactive : Kind::uncategorised;
}

struct Counts {
  std::int64_t all = 0;
  std::int64_t kinds[4] = {};
};

const std::map<std::string, std::string>& field_words() {
  static const std::map<std::string, std::string> k_words{
      {"product", "overview_products"},
      {"client", "overview_client"},
      {"developer", "peopleInvolved_developedby"},
      {"qa", "peopleInvolved_qaedby"}};
  return k_words;
}

/// @param products whether the groups are products: an alias counts as its value
std::vector<std::string> groups_of(const Subject& one, const std::string& by,
                                   std::optional<Period> period, const ProductNames* products) {
  if (period) {
    const auto day = day_of(one.released_at.value_or(""));
    return {day ? period_name(*day, *period) : std::string()};
  }
  if (by == "platform") return {one.ref.platform};
  if (by == "category") return {one.category.value_or("")};
  // A patch for two products counts for both, but only once for a repeated one.
  std::set<std::string> unique;
  for (const std::string& value : one.values.at(1)) {
    unique.insert(products != nullptr ? products->canonical(value) : value);
  }
  if (unique.empty()) return {""};
  return {unique.begin(), unique.end()};
}

}  // namespace

const std::vector<std::string>& released_by_words() {
  static const std::vector<std::string> k_words{"day",      "week",      "month",    "quarter",
                                                "year",     "product",   "platform", "client",
                                                "category", "developer", "qa"};
  return k_words;
}

Report released_by(Scope& scope, const std::string& by) {
  Report report{
      "released",
      "Released patches by " + by,
      "Patches in a released state. A patch of several clients or products counts for each"
      " of them.",
      {"period", "count", "proactive", "reactive", "security", "uncategorised"},
      {},
      {}};
  const auto period = parse_period(by);
  const auto field = field_words().find(by);
  Wanted wanted{{"jiraInformation_supportJIRA"},
                false,
                " AND " + released_sql(scope) + range_sql(scope, "p.released_at")};
  if (field != field_words().end()) wanted.keys.push_back(field->second);
  std::optional<ProductNames> products;
  if (by == "product") products = ProductNames::of(scope.connection);
  std::map<std::string, Counts> counts;
  for_each_subject(scope, wanted, [&](Subject&& one) {
    const auto kind = static_cast<std::size_t>(kind_of(one.values.front()));
    for (const std::string& group : groups_of(one, by, period, products ? &*products : nullptr)) {
      ++counts[group].all;
      ++counts[group].kinds[kind];
    }
  });
  Chart chart{Chart::Kind::bars, report.title, by, "patches", {}, {}, period.has_value()};
  chart.series.push_back({"patches", {}});
  for (const auto& [group, count] : counts) {
    report.rows.push_back({null_if_empty(group), count.all, count.kinds[0], count.kinds[1],
                           count.kinds[2], count.kinds[3]});
    chart.labels.push_back(group.empty() ? "(none)" : group);
    chart.series.front().values.push_back(static_cast<double>(count.all));
  }
  report.charts.push_back(std::move(chart));
  return report;
}

Report trend(Scope& scope, Period period) {
  Report report{"trend",
                "Patches over time",
                "Per period: requests, patches made, patches released, and how many were open at"
                " its end: made and not released.",
                {"period", "requested", "created", "released", "open"},
                {},
                {}};
  struct Day {
    std::int64_t requested = 0, created = 0, released = 0;
  };
  std::map<std::chrono::sys_days, Day> found;
  const auto read = [&](const std::string& column, const std::string& condition,
                        std::int64_t Day::*count) {
    for (const db::Row& row : scope.connection.query(fmt::format(
             "SELECT DATE({0}) AS day, COUNT(*) AS patches FROM patch p{1}{2} AND {0} IS NOT NULL"
             " GROUP BY 1",
             column, where_sql(scope), condition))) {
      if (const auto day = day_of(row.text("day"))) found[*day].*count += row.integer("patches");
    }
  };
  read("p.requested_at", "", &Day::requested);
  read("p.created_at", "", &Day::created);
  read("p.released_at", " AND " + released_sql(scope), &Day::released);
  if (found.empty()) {
    report.charts.push_back({Chart::Kind::lines, report.title, "period", "patches", {}, {}, true});
    return report;
  }
  const auto begin = scope.from ? *day_of(*scope.from) : found.begin()->first;
  const auto end = scope.to ? *day_of(*scope.to) - std::chrono::days{1} : found.rbegin()->first;
  std::map<std::string, Day> sums;
  std::int64_t open = 0;
  for (const auto& [day, counts] : found) {
    if (day < begin) {
      open += counts.created - counts.released;
    } else if (day <= end) {
      Day& sum = sums[period_name(day, period)];
      sum.requested += counts.requested;
      sum.created += counts.created;
      sum.released += counts.released;
    }
  }
  Chart chart{Chart::Kind::lines, report.title, "period", "patches", {}, {}, true};
  chart.series = {{"requested", {}}, {"created", {}}, {"released", {}}, {"open", {}}};
  for (const std::string& name : periods_between(begin, end, period)) {
    const Day& sum = sums[name];
    open += sum.created - sum.released;
    report.rows.push_back({name, sum.requested, sum.created, sum.released, open});
    chart.labels.push_back(name);
    const std::int64_t values[] = {sum.requested, sum.created, sum.released, open};
    for (std::size_t i = 0; i < chart.series.size(); ++i) {
      chart.series[i].values.push_back(static_cast<double>(values[i]));
    }
  }
  report.charts.push_back(std::move(chart));
  return report;
}

}  // namespace upkeep::patch::report
