// SPDX-License-Identifier: MIT
#include "upgrade/view/sweep_report.hpp"

#include "base/text.hpp"
#include "record/text_layout.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

namespace {

using std::chrono::hours;

constexpr std::size_t k_longest = 10;

Value lines_json(const std::vector<SweepReport::Line>& lines, bool with_cause) {
  ValueList list;
  for (const SweepReport::Line& line : lines) {
    ValueObject object{{"workspace", line.workspace},
                       {"run", line.run},
                       {"state", line.state},
                       {"seconds", line.elapsed},
                       {"ended_at", iso8601(line.ended_at)}};
    if (with_cause) object.emplace_back("detail", null_if_empty(line.detail));
    list.emplace_back(std::move(object));
  }
  return list;
}

Value stops_json(const std::vector<Stop>& stops) {
  ValueList list;
  for (const Stop& stop : stops) {
    list.emplace_back(ValueObject{{"at", iso8601(stop.at)},
                                  {"sweep", stop.sweep ? Value(*stop.sweep) : Value()},
                                  {"rule", stop.rule},
                                  {"left", stop.left},
                                  {"detail", null_if_empty(stop.detail)}});
  }
  return list;
}

void count(SweepReport& report, const SweepReport::Line& line) {
  switch (run_state_of(line.state)) {
    case RunState::succeeded:
      ++report.succeeded;
      break;
    case RunState::lost:
      ++report.lost;
      break;
    case RunState::interrupted:
      ++report.interrupted;
      break;
    default:
      ++report.failed;
  }
  const WallTime hour = std::chrono::floor<hours>(line.ended_at);
  while (report.hours.empty() || report.hours.back().from < hour) {
    // Hours in which no run ended are included, because they reveal a stall.
    report.hours.push_back(
        {report.hours.empty() ? hour : WallTime(report.hours.back().from + hours(1)), 0, 0});
  }
  (line.state == "succeeded" ? report.hours.back().succeeded : report.hours.back().failed) += 1;
}

/// The state in its colour, and the cause, which continues below.
std::string cause_of(const SweepReport::Line& line, std::size_t indent, const TextStyle& style) {
  const std::string text = line.state + ": " + printable(line.detail);
  const Color color =
      style.color && style.color_of ? style.color_of("state", line.state) : Color::none;
  return painted(color, line.state) +
         hanging_lines(text, indent, style.width).substr(line.state.size());
}

std::string table(const std::vector<SweepReport::Line>& lines, bool with_cause,
                  const TextStyle& style) {
  std::size_t width = 9;
  for (const SweepReport::Line& line : lines) width = std::max(width, line.workspace.size());
  std::string text;
  for (const SweepReport::Line& line : lines) {
    std::string start = fmt::format("  {:<{}}  {:>8}  run {:<6}", line.workspace, width,
                                    human_duration(line.elapsed), line.run);
    if (with_cause) {
      start += "  ";
      text += start + cause_of(line, start.size(), style);
    } else {
      text += start.substr(0, start.find_last_not_of(' ') + 1) + '\n';
    }
  }
  return text;
}

}  // namespace

const std::vector<std::string>& SweepReport::columns() {
  static const std::vector<std::string> k_columns{
      "from",    "to",       "runs",     "succeeded", "failed", "lost", "interrupted",
      "seconds", "median_s", "failures", "longest",   "hours",  "stops"};
  return k_columns;
}

Record SweepReport::record() const {
  ValueList per_hour;
  for (const Hour& hour : hours) {
    per_hour.emplace_back(ValueObject{
        {"from", iso8601(hour.from)}, {"succeeded", hour.succeeded}, {"failed", hour.failed}});
  }
  return {iso8601(from),
          iso8601(to),
          runs(),
          succeeded,
          failed,
          lost,
          interrupted,
          elapsed,
          median_s,
          lines_json(failures, true),
          lines_json(longest, false),
          std::move(per_hour),
          stops_json(stops)};
}

std::string SweepReport::text_of(const Stop& stop) {
  std::string why = stop.detail;
  constexpr std::string_view k_begin = "not started: ";
  if (why.starts_with(k_begin)) why.erase(0, k_begin.size());
  return fmt::format("{} was stopped by {}{}{}; {} left in the queue",
                     stop.sweep ? "sweep " + *stop.sweep : "a drain",
                     stop.rule == word(StopRule::pause) ? "a " : "--", stop.rule,
                     why.empty() ? "" : ": " + why, stop.left);
}

std::string SweepReport::text(const TextStyle& style) const {
  std::string text = fmt::format(
      "From {} to {}: {} runs\n\n  succeeded    {}\n  failed       {}\n  lost         {}\n"
      "  interrupted  {}\n",
      iso8601(from), iso8601(to), runs(), succeeded, failed, lost, interrupted);
  if (!median_s.is_null()) {
    text += fmt::format("  total        {}\n  median       {}\n", human_duration(elapsed),
                        human_text("median_s", median_s, false, {}));
  }
  if (!stops.empty()) text += "\nStopped\n\n";
  for (const Stop& stop : stops) {
    const std::string start = fmt::format("  {}  ", iso8601(stop.at));
    text += start + hanging_lines(printable(text_of(stop)), start.size(), style.width);
  }
  if (!failures.empty()) text += "\nNot succeeded\n\n" + table(failures, true, style);
  if (!longest.empty()) text += "\nLongest\n\n" + table(longest, false, style);
  if (hours.empty()) return text;
  text += "\nPer hour (UTC)\n\n";
  std::int64_t most = 1;
  for (const Hour& hour : hours) most = std::max(most, hour.succeeded + hour.failed);
  constexpr std::int64_t k_widest = 40, k_label = 25, k_narrowest = 5;
  const std::int64_t left = static_cast<std::int64_t>(style.width) - k_label;
  const std::int64_t width = style.width > 0 ? std::clamp(left, k_narrowest, k_widest) : k_widest;
  for (const Hour& hour : hours) {
    const auto good = static_cast<std::size_t>(hour.succeeded * width / most);
    const auto bad = static_cast<std::size_t>((hour.failed * width + most - 1) / most);
    text +=
        fmt::format("  {}  {:>6}  {}{}\n", iso8601(hour.from).substr(0, 13),
                    hour.succeeded + hour.failed, std::string(good, '#'), std::string(bad, '!'));
  }
  return text;
}

SweepReport read_sweep(db::Connection& control, const std::string& schema, WallTime from,
                       WallTime to) {
  SweepReport report;
  report.from = from;
  report.to = to;
  report.stops = SweepStore(control, schema).stops(from, to);
  const auto rows = control.query(
      fmt::format(
          "SELECT workspace, state, COALESCE(detail, '') AS detail, id,"
          " GREATEST(0, COALESCE(TIMESTAMPDIFF(SECOND, started_at, ended_at), 0)) AS seconds,"
          " ended_at"
          " FROM {}.run WHERE active IS NULL AND started_at IS NOT NULL"
          " AND state IN ('succeeded', 'failed', 'lost', 'interrupted')"
          " AND ended_at >= ? AND ended_at < ? ORDER BY ended_at, id",
          db::quoted_identifier(schema)),
      {to_sql(from), to_sql(to)});
  std::vector<std::chrono::seconds> all;
  for (const db::Row& row : rows) {
    SweepReport::Line line;
    line.workspace = row.text("workspace");
    line.state = row.text("state");
    line.detail = row.text("detail");
    line.run = row.integer("id");
    line.elapsed = std::chrono::seconds(row.integer("seconds"));
    line.ended_at = from_sql(row.text("ended_at"));
    count(report, line);
    report.elapsed += line.elapsed;
    all.push_back(line.elapsed);
    if (line.state != "succeeded") report.failures.push_back(line);
    report.longest.push_back(std::move(line));
  }
  std::stable_sort(report.longest.begin(), report.longest.end(),
                   [](const auto& a, const auto& b) { return a.elapsed > b.elapsed; });
  if (report.longest.size() > k_longest) report.longest.resize(k_longest);
  if (all.empty()) return report;
  std::sort(all.begin(), all.end());
  report.median_s = all[all.size() / 2];
  return report;
}

}  // namespace upkeep::upgrade
