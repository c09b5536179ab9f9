// SPDX-License-Identifier: MIT
// queue, workload, time: requests, work in progress and time spent.
#include "base/text.hpp"
#include "patch/query/time_entries.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace upkeep::patch::report {

namespace {

struct Bucket {
  const char* name;
  std::int64_t least_days;
};
constexpr std::array<Bucket, 6> k_buckets{
    {{"0-6", 0}, {"7-13", 7}, {"14-29", 14}, {"30-59", 30}, {"60-89", 60}, {"90+", 90}}};

}  // namespace

Report queue(Scope& scope) {
  Report report{"queue",
                "The age of the queue",
                "Requests that were open at that moment, by the days since the request.",
                {"bucket", "count", "oldest_s"},
                {},
                {}};
  const std::string moment = sql_text(scope.moment_sql());
  std::string conditions;
  for (const Condition& one : scope.selected.conditions) conditions += " AND (" + one.sql + ")";
  // Open at that time: requested, not yet a patch and not declined.
  const auto rows = scope.connection.query(
      fmt::format("SELECT TIMESTAMPDIFF(SECOND, p.requested_at, {0}) AS age_s FROM patch p"
                  " WHERE p.queue IS NOT NULL AND p.requested_at <= {0}"
                  " AND (p.created_at IS NULL OR p.created_at > {0})"
                  " AND {1}{2}",
                  moment, not_declined_sql(moment), conditions));
  std::array<std::int64_t, k_buckets.size()> counts{}, oldest{};
  constexpr std::int64_t k_day = 86400;
  for (const db::Row& row : rows) {
    const std::int64_t age = row.integer("age_s");
    std::size_t i = k_buckets.size() - 1;
    while (i > 0 && age < k_buckets.at(i).least_days * k_day) --i;
    ++counts.at(i);
    oldest.at(i) = std::max(oldest.at(i), age);
  }
  std::vector<std::pair<std::string, double>> chart;
  for (std::size_t i = 0; i < k_buckets.size(); ++i) {
    report.rows.push_back(
        {k_buckets.at(i).name, counts.at(i), counts.at(i) > 0 ? Value(oldest.at(i)) : Value()});
    chart.emplace_back(k_buckets.at(i).name, static_cast<double>(counts.at(i)));
  }
  report.charts.push_back(counted_chart("Requests in the queue by age", "days", chart));
  report.charts.back().y_title = "requests";
  report.charts.back().series.front().name = "requests";
  return report;
}

Report workload(Scope& scope) {
  Report report{"workload",
                "Work by person",
                "Per person: patches in progress that the person develops or tests, how long the"
                " oldest of them has been in its state, and patches released in the given range.",
                {"person", "developing", "testing", "oldest_s", "released"},
                {},
                {}};
  struct Load {
    std::int64_t developing = 0, testing = 0, released = 0, oldest_s = -1;
  };
  std::map<std::string, Load> loads;
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(scope.now.time_since_epoch()).count();
  const std::vector<std::string> keys{"peopleInvolved_developedby", "peopleInvolved_qaedby"};
  for_each_subject(scope, {keys, false, " AND " + unreleased_sql(scope)}, [&](Subject&& one) {
    const auto since = seconds_of(one.state_since ? *one.state_since : one.created_at.value_or(""));
    for (std::size_t role = 0; role < keys.size(); ++role) {
      const std::string who = one.text(role);
      if (who.empty()) continue;
      Load& load = loads[who];
      ++(role == 0 ? load.developing : load.testing);
      if (since) load.oldest_s = std::max(load.oldest_s, std::max<std::int64_t>(0, now - *since));
    }
  });
  for_each_subject(scope,
                   {keys, false, " AND " + released_sql(scope) + range_sql(scope, "p.released_at")},
                   [&](Subject&& one) {
                     const std::string developer = one.text(0), tester = one.text(1);
                     if (!developer.empty()) ++loads[developer].released;
                     if (!tester.empty() && tester != developer) ++loads[tester].released;
                   });
  Chart chart{Chart::Kind::bars, "Patches in progress by person", "person", "patches", {}, {}};
  chart.series = {{"developing", {}}, {"testing", {}}};
  for (const auto& [who, load] : loads) {
    report.rows.push_back({who, load.developing, load.testing,
                           load.oldest_s < 0 ? Value() : Value(load.oldest_s), load.released});
    if (load.developing + load.testing == 0) continue;
    chart.labels.push_back(who);
    chart.series[0].values.push_back(static_cast<double>(load.developing));
    chart.series[1].values.push_back(static_cast<double>(load.testing));
  }
  report.charts.push_back(std::move(chart));
  return report;
}

Report time_spent(Scope& scope) {
  Report report{"time",
                "Time spent by client and month",
                "Working time that was logged, by the month of the work (log-time --date), or else"
                " in which it was logged; revoked entries and the time of undone moves do not"
                " count. Time on a patch of several clients is listed under all of them together.",
                {"client", "month", "time_s", "patches"},
                {},
                {}};
  std::unordered_map<std::uint64_t, std::string> clients;
  std::vector<std::uint64_t> ids;
  for_each_subject(scope, {{"overview_client"}, false, ""}, [&](Subject&& one) {
    ids.push_back(one.id);
    clients[one.id] = join(one.values.front(), ", ");
  });
  // By patch and month first: a patch counts once in each.
  std::map<std::pair<std::uint64_t, std::string>, std::int64_t> by_patch;
  for (const TimeEntry& one : time_entries(scope.connection, std::move(ids))) {
    if (is_in_range(scope, one.at)) by_patch[{one.patch, one.month()}] += one.time_s;
  }
  struct Spent {
    std::int64_t time_s = 0, patches = 0;
  };
  std::map<std::pair<std::string, std::string>, Spent> sums;
  std::map<std::string, double> months;
  for (const auto& [key, time_s] : by_patch) {
    Spent& spent = sums[{clients[key.first], key.second}];
    spent.time_s += time_s;
    ++spent.patches;
    constexpr double k_hour = 3600;
    months[key.second] += static_cast<double>(time_s) / k_hour;
  }
  for (const auto& [key, spent] : sums) {
    report.rows.push_back({null_if_empty(key.first), key.second, spent.time_s, spent.patches});
  }
  Chart chart = counted_chart("Hours by month", "month", {months.begin(), months.end()});
  chart.y_title = "hours";
  chart.series.front().name = "hours";
  chart.over_time = true;
  report.charts.push_back(std::move(chart));
  return report;
}

}  // namespace upkeep::patch::report
