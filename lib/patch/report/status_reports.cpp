// SPDX-License-Identifier: MIT
// progress, over-eta, released: one row per patch, with the same columns.
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/report/history.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace upkeep::patch::report {

namespace {

const std::vector<std::string>& columns() {
  static const std::vector<std::string> k_columns{
      "patch", "state", "developer", "qa", "since_s", "eta", "released_at", "business_days"};
  return k_columns;
}

enum Key : std::size_t { developer, qa_by };
const std::vector<std::string> k_keys{"peopleInvolved_developedby", "peopleInvolved_qaedby"};

struct Dates {
  std::string eta;    ///< the current estimate of its end
  std::string worst;  ///< the worst-case end of its current stage
};

/// Of the patches with an estimate.
std::unordered_map<std::uint64_t, Dates> estimates(const Scope& scope,
                                                   const std::vector<Subject>& subjects,
                                                   std::vector<std::string>& warnings) {
  std::unordered_map<std::uint64_t, Dates> dates;
  std::unordered_map<std::uint64_t, const Subject*> known;
  for (const Subject& one : subjects) known.emplace(one.id, &one);
  std::vector<std::uint64_t> ids;
  for (const db::Row& row : scope.connection.query(
           "SELECT DISTINCT patch FROM event WHERE action = 'eta' ORDER BY patch")) {
    const auto id = static_cast<std::uint64_t>(row.integer("patch"));
    const auto found = known.find(id);
    if (found != known.end() && found->second->lifecycle && found->second->state) {
      ids.push_back(id);
    }
  }
  Definitions definitions(scope.connection);
  const config::Patch& config = scope.config.patch;
  constexpr std::size_t k_page = 500;
  for (std::size_t start = 0; start < ids.size(); start += k_page) {
    const std::vector<std::uint64_t> page(
        ids.begin() + static_cast<std::ptrdiff_t>(start),
        ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), start + k_page)));
    std::map<std::uint64_t, std::vector<Event>> events;
    for (Event& event : events_of(scope.connection, page)) {
      events[event.patch].push_back(std::move(event));
    }
    for (const std::uint64_t id : page) {
      const Subject& subject = *known.at(id);
      Patch patch;
      patch.state = subject.state;
      patch.state_since = iso_time(subject.state_since);
      const auto* definition = definitions.find(*subject.lifecycle, subject.lifecycle_version);
      if (definition == nullptr) continue;
      const auto eta = lifecycle::eta_of(patch, *definition, events[id], config, scope.now);
      if (!eta.known()) continue;
      Dates& found = dates[id];
      found.eta = eta.due;
      const auto& current = eta.stages.front();
      const auto entered = day_of(subject.state_since.value_or(""));
      if (!entered || !lifecycle::same_state(current.stage, *subject.state)) continue;
      const auto day = lifecycle::working_day(config);
      const auto days = (current.worst + day - std::chrono::seconds(1)) / day;
      found.worst = lifecycle::iso_day(lifecycle::add_business_days(*entered, days));
    }
  }
  warnings = definitions.missing();
  return dates;
}

Record record_of(const Scope& scope, const Subject& one, const std::string& eta) {
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(scope.now.time_since_epoch()).count();
  const auto since = seconds_of(one.state_since.value_or(""));
  // From the day of the request, or the creation, to the day of the release, or today.
  const auto begin = day_of(one.requested_at ? *one.requested_at : one.created_at.value_or(""));
  const auto end =
      one.released_at ? day_of(*one.released_at) : std::chrono::floor<std::chrono::days>(scope.now);
  Value business;
  if (begin && end) business = lifecycle::business_days(*begin, *end);
  return {scope.names.format(one.ref),
          one.state,
          one.first(developer),
          one.first(qa_by),
          since ? Value(std::max<std::int64_t>(0, now - *since)) : Value(),
          null_if_empty(eta),
          iso_time(one.released_at),
          business};
}

Chart by_state(const std::vector<Subject>& subjects) {
  std::map<std::string, double> counts;
  for (const Subject& one : subjects) ++counts[one.state.value_or("(none)")];
  return counted_chart("Patches by state", "state", {counts.begin(), counts.end()});
}

std::string in_progress_sql(const Scope& scope) {
  return " AND " + unreleased_sql(scope) + range_sql(scope, "p.created_at");
}

}  // namespace

Report progress(Scope& scope) {
  Report report{"progress",
                "Patches in progress",
                "Patches that are not released, by platform and number.",
                columns(),
                {},
                {}};
  const auto subjects = load_subjects(scope, {k_keys, false, in_progress_sql(scope)});
  const auto dates = estimates(scope, subjects, report.warnings);
  for (const Subject& one : subjects) {
    const auto found = dates.find(one.id);
    report.rows.push_back(record_of(scope, one, found == dates.end() ? "" : found->second.eta));
  }
  report.charts.push_back(by_state(subjects));
  return report;
}

Report over_eta(Scope& scope) {
  Report report{"over-eta",
                "Patches over their estimate",
                "Patches in progress whose current stage was due before today, by its worst"
                " estimate; eta is that day.",
                columns(),
                {},
                {}};
  auto subjects = load_subjects(scope, {k_keys, false, in_progress_sql(scope)});
  const auto dates = estimates(scope, subjects, report.warnings);
  const std::string today = lifecycle::iso_day(std::chrono::floor<std::chrono::days>(scope.now));
  std::erase_if(subjects, [&](const Subject& one) {
    const auto found = dates.find(one.id);
    return found == dates.end() || found->second.worst.empty() || found->second.worst >= today;
  });
  for (const Subject& one : subjects) {
    report.rows.push_back(record_of(scope, one, dates.at(one.id).worst));
  }
  report.charts.push_back(by_state(subjects));
  return report;
}

Report released(Scope& scope) {
  Report report{"released",
                "Released patches",
                "Patches in a released state, by release date.",
                columns(),
                {},
                {}};
  // Sorted by date, then by platform and number; records are made while printing, because there may
  // be many.
  std::vector<std::tuple<std::int64_t, std::string, std::uint32_t, std::size_t>> order;
  std::vector<Record> records;
  std::map<std::string, double> months;
  for_each_subject(
      scope, {k_keys, false, " AND " + released_sql(scope) + range_sql(scope, "p.released_at")},
      [&](Subject&& one) {
        const auto time = seconds_of(one.released_at.value_or(""));
        order.emplace_back(time.value_or(INT64_MIN), one.platform_key, one.ref.number,
                           records.size());
        records.push_back(record_of(scope, one, ""));
        if (const auto day = day_of(one.released_at.value_or(""))) {
          ++months[period_name(*day, Period::month)];
        }
      });
  std::sort(order.begin(), order.end());
  report.rows.reserve(records.size());
  for (const auto& one : order) report.rows.push_back(std::move(records[std::get<3>(one)]));
  report.charts.push_back(
      counted_chart("Releases by month", "month", {months.begin(), months.end()}));
  return report;
}

}  // namespace upkeep::patch::report
