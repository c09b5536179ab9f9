// SPDX-License-Identifier: MIT
// durations, state-at.
#include "base/text.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/model/patch.hpp"
#include "patch/report/history.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

/// States in which a patch waits for someone to start work on it.
bool is_waiting(const std::string& state) {
  static const std::set<std::string> k_waiting{"queued",       "inqueue",  "readyforqa",
                                               "ready for qa", "onhold",   "on hold",
                                               "readytosign",  "failedqa", "failed qa"};
  return k_waiting.contains(lower(state));
}

struct Spent {
  std::vector<std::int64_t> seconds, business_days;
};

/// The smallest value that at least the given share of the values does not exceed (nearest rank).
std::int64_t percentile(std::vector<std::int64_t>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

void add_row(Report& report, const std::string& stage, const std::string& kind, Spent& spent) {
  if (spent.seconds.empty()) return;
  std::sort(spent.seconds.begin(), spent.seconds.end());
  std::sort(spent.business_days.begin(), spent.business_days.end());
  constexpr double k_half = 0.5, k_most = 0.9;
  report.rows.push_back({stage, kind, static_cast<std::int64_t>(spent.seconds.size()),
                         percentile(spent.seconds, k_half), percentile(spent.seconds, k_most),
                         percentile(spent.business_days, k_half),
                         percentile(spent.business_days, k_most)});
}

}  // namespace

Report durations(Scope& scope) {
  Report report{
      "durations",
      "Time per stage",
      "How long patches stayed in a state that they have left (median and 90th percentile"
      " by nearest rank); waiting and working are sums of a patch's stages of that kind.",
      {"stage", "kind", "count", "median_s", "p90_s", "median_business_days", "p90_business_days"},
      {},
      {}};
  std::map<std::string, Spent> stages;
  std::map<std::string, Spent> totals;
  std::uint64_t patch = 0;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> sums;  // of one patch, by kind
  const auto finish = [&] {
    for (const auto& [kind, sum] : sums) {
      totals[kind].seconds.push_back(sum.first);
      totals[kind].business_days.push_back(sum.second);
    }
    sums.clear();
  };
  for_each_stint(scope, [&](const Stint& one) {
    if (one.patch != patch) finish();
    patch = one.patch;
    const bool in_range =
        (!scope.from || one.end >= *scope.from) && (!scope.to || one.end < *scope.to);
    const auto begin = seconds_of(one.begin), end = seconds_of(one.end);
    if (!in_range || !begin || !end || *end < *begin) return;
    const std::int64_t days = lifecycle::business_days(*day_of(one.begin), *day_of(one.end));
    stages[one.state].seconds.push_back(*end - *begin);
    stages[one.state].business_days.push_back(days);
    auto& sum = sums[is_waiting(one.state) ? "waiting" : "working"];
    sum.first += *end - *begin;
    sum.second += days;
  });
  finish();
  Chart chart{Chart::Kind::bars, "Days per stage", "stage", "days", {}, {}};
  chart.series = {{"median", {}}, {"90th percentile", {}}};
  for (auto& [stage, spent] : stages) {
    add_row(report, stage, is_waiting(stage) ? "waiting" : "working", spent);
    constexpr double k_day = 86400;
    chart.labels.push_back(stage);
    chart.series[0].values.push_back(static_cast<double>(percentile(spent.seconds, 0.5)) / k_day);
    chart.series[1].values.push_back(static_cast<double>(percentile(spent.seconds, 0.9)) / k_day);
  }
  for (auto& [kind, spent] : totals) add_row(report, "total", kind, spent);
  report.charts.push_back(std::move(chart));
  return report;
}

namespace {

/// The first state change after `at`, by patch: its previous state was the state at that time, by
/// the name that it had then.
std::map<std::uint64_t, std::string> states_before_changes(const Scope& scope,
                                                           const std::string& at) {
  std::map<std::uint64_t, std::string> states;
  for (const db::Row& row : scope.connection.query(fmt::format(
           "SELECT e.patch, e.action, e.changes FROM event e JOIN patch p ON p.id = e.patch{}"
           " AND e.at > {} AND e.action IN ('create', 'attach', 'move', 'undo')"
           " ORDER BY e.patch, e.id",
           where_sql(scope), sql_text(at)))) {
    const std::uint64_t patch = unsigned_of(row, "patch");
    if (states.contains(patch)) continue;
    const std::vector<Change> changes = decode_changes(row.text("changes"));
    const EventKind kind = kind_of(row.view("action"), changes);
    const bool moved = kind == EventKind::move || kind == EventKind::undo;
    for (const Change& change : changes) {
      if (!moved && change.key != "state" && change.key != k_renamed_state) continue;
      states[patch] = change.from.is_null() ? std::string() : to_text(change.from);
      break;
    }
  }
  return states;
}

void add_queued(const Scope& scope, const std::string& at, Report& report) {
  std::string conditions;
  for (const Condition& one : scope.selected.conditions) conditions += " AND (" + one.sql + ")";
  for (const db::Row& row : scope.connection.query(
           fmt::format("SELECT p.queue, p.requested_at FROM patch p WHERE p.queue IS NOT NULL"
                       " AND p.requested_at <= {0} AND (p.created_at IS NULL OR p.created_at > {0})"
                       " AND {1}{2} ORDER BY p.queue",
                       sql_text(at), not_declined_sql(sql_text(at)), conditions))) {
    report.rows.push_back({queue_id(maybe_number(row, "queue").value_or(0)), "Queued", nullptr,
                           iso_time(row.maybe_text("requested_at"))});
  }
}

}  // namespace

Report state_at(Scope& scope, const std::string& at) {
  Report report{
      "state-at",
      "States at " + at.substr(0, std::string_view("2014-03-01").size()),
      "The state of every patch, and of every request that was open, at the end of the day.",
      {"patch", "state", "category", "created_at"},
      {},
      {}};
  const auto subjects =
      load_subjects(scope, {{}, false, fmt::format(" AND p.created_at <= {}", sql_text(at))});
  const auto before = states_before_changes(scope, at);
  std::map<std::string, double> counts;
  for (const Subject& one : subjects) {
    const auto found = before.find(one.id);
    const Value state = found == before.end() ? Value(one.state) : null_if_empty(found->second);
    report.rows.push_back(
        {scope.names.format(one.ref), state, one.category, iso_time(one.created_at)});
    ++counts[state.is_null() ? "(none)" : to_text(state)];
  }
  const std::size_t patches = report.rows.size();
  if (!scope.selected.limit) add_queued(scope, at, report);
  if (report.rows.size() > patches) {
    counts["Queued"] += static_cast<double>(report.rows.size() - patches);
  }
  report.charts.push_back(
      counted_chart("Patches by state", "state", {counts.begin(), counts.end()}));
  return report;
}

}  // namespace upkeep::patch::report
