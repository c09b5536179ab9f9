// SPDX-License-Identifier: MIT
#include "upgrade/view/fleet_page.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "record/markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace upkeep::upgrade {

namespace {

constexpr std::size_t k_most = 200;  // rows of a table
const char* const k_address = "/upkeep-admin";

struct Column {
  const char* title;
  bool number;
  std::function<std::string(const ProgressRecord&)> text;
};

using Rows = std::vector<const ProgressRecord*>;

std::string duration(const std::optional<std::chrono::seconds>& time) {
  return time ? human_duration(*time) : "";
}
std::string run_of(const ProgressRecord& record) {
  return record.run ? fmt::to_string(record.run->id) : "";
}
std::string end_of(const ProgressRecord& record) {
  return record.run && record.run->ended_at ? iso8601(*record.run->ended_at) : "";
}

/// Empty for a run that is held or whose sweep is stopped: it will not be started.
std::string place_of(const ProgressRecord& record) {
  return record.position ? fmt::to_string(*record.position + 1) : "";
}
std::string why_without_place(const ProgressRecord& record) {
  return record.position ? "" : record.detail;
}
std::string gate_of(const ProgressRecord& record) {
  return record.gate_closed.value_or(false) ? "closed" : "open";
}

void begin(Markup& page, const std::string& title, const char* refresh_s) {
  page.doctype().open("html", {{"lang", "en"}}).open("head");
  page.open("meta", {{"charset", "utf-8"}});
  page.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.open("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  if (refresh_s != nullptr) page.open("meta", {{"http-equiv", "refresh"}, {"content", refresh_s}});
  page.element("title", title);
  page.open("link", {{"rel", "stylesheet"}, {"href", "/upkeep/page.css"}}).close();
  page.open("body", {{"class", "fleet"}}).open("main");
}

/// A bar with a segment per state, each wide enough to be visible: one failure among thousands
/// matters.
void picture(Markup& page, const std::vector<std::pair<std::string, std::size_t>>& counts,
             std::size_t total) {
  std::string label = fmt::format("{} workspaces", total);
  for (const auto& [state, count] : counts) label += fmt::format(", {} {}", count, state);
  page.open("svg", {{"viewBox", "0 0 1000 20"},
                    {"preserveAspectRatio", "none"},
                    {"role", "img"},
                    {"aria-label", label}});
  double x = 0;
  for (const auto& [state, count] : counts) {
    const double share =
        std::max(3.0, 1000.0 * static_cast<double>(count) / static_cast<double>(total));
    page.element("rect", "",
                 {{"class", state},
                  {"x", fmt::format("{:.1f}", x)},
                  {"y", "0"},
                  {"width", fmt::format("{:.1f}", share + 1)},
                  {"height", "20"}});
    x += share;
  }
  page.close();
  page.open("p", {{"class", "legend"}});
  for (const auto& [state, count] : counts) {
    page.open("span").element("b", "■", {{"class", state}, {"aria-hidden", "true"}});
    page.text(fmt::format(" {} {}", count, state)).close();
  }
  page.close();
}

void name_cell(Markup& page, const ProgressRecord& record) {
  page.open("td");
  if (record.run && record.run->log) {
    page.element("a", record.workspace,
                 {{"href", fmt::format("{}?ws={}", k_address, record.workspace)}});
  } else {
    page.text(record.workspace);
  }
  page.close();
}

void table(Markup& page, const std::string& caption, const Rows& rows,
           const std::vector<Column>& columns) {
  if (rows.empty()) return;
  const std::string more =
      rows.size() > k_most ? fmt::format(" ({} of {})", k_most, rows.size()) : "";
  page.open("div", {{"class", "wide"}}).open("table").element("caption", caption + more);
  page.open("tr").element("th", "Workspace", {{"scope", "col"}});
  const auto look = [](const Column& column) { return column.number ? "number" : "text"; };
  for (const Column& column : columns)
    page.element("th", column.title, {{"scope", "col"}, {"class", look(column)}});
  page.close();
  for (std::size_t i = 0; i < std::min(rows.size(), k_most); ++i) {
    page.open("tr");
    name_cell(page, *rows[i]);
    for (const Column& column : columns)
      page.element("td", column.text(*rows[i]),
                   {{"class", look(column)}, {"data-title", column.title}});
    page.close();
  }
  page.close().close();
}

void summary(Markup& page, const Forecast& forecast, std::size_t held) {
  std::string text = fmt::format("{} queued, {} running, {} at a time", forecast.queued,
                                 forecast.running, forecast.slots);
  if (held > 0) text += fmt::format("; {} held", held);
  if (forecast.median) text += "; one takes " + human_duration(*forecast.median);
  if (forecast.finish_at && forecast.queued + forecast.running > 0)
    text += "; all done at " + iso8601(*forecast.finish_at);
  page.element("p", text + ".");
  if (forecast.paused) page.element("p", "The queue is paused.", {{"class", "note"}});
}

void tables(Markup& page, const std::vector<ProgressRecord>& records, const Rows& held) {
  Rows running, queued, wrong;
  for (const ProgressRecord& record : records) {
    if (record.state == State::running) running.push_back(&record);
    if (record.state == State::queued && !record.gate_closed) queued.push_back(&record);
    if (record.state == State::failed || record.state == State::unknown) wrong.push_back(&record);
  }
  std::stable_sort(queued.begin(), queued.end(), [](const auto* a, const auto* b) {
    constexpr std::int64_t k_last = std::numeric_limits<std::int64_t>::max();
    return a->position.value_or(k_last) < b->position.value_or(k_last);
  });
  const Column run{"Run", true, run_of};
  table(
      page, "Running", running,
      {{"Percent", true, [](const auto& r) { return fmt::format("{} %", r.percent.value_or(0)); }},
       {"Step", false, [](const auto& r) { return r.step.value_or(""); }},
       {"Since", true, [](const auto& r) { return duration(r.elapsed); }},
       {"Left", true, [](const auto& r) { return duration(r.eta); }},
       run});
  std::vector<Column> of_queued{{"Place", true, place_of},
                                {"Done in", true, [](const auto& r) { return duration(r.eta); }},
                                run};
  if (!queued.empty() && !queued.back()->position)
    of_queued.push_back({"Reason", false, why_without_place});
  table(page, "Queued", queued, of_queued);
  table(page, "Held", held,
        {{"State", false, [](const auto& r) { return std::string(word(r.state)); }},
         {"Gate", false, gate_of},
         run,
         {"Why", false, [](const auto& r) { return r.detail; }}});
  table(page, "Failed or unknown", wrong,
        {{"State", false, [](const auto& r) { return std::string(word(r.state)); }},
         run,
         {"Ended", false, end_of},
         {"Why", false, [](const auto& r) { return r.detail; }}});
}

}  // namespace

std::string fleet_page(const std::vector<ProgressRecord>& records, const Forecast& forecast,
                       const std::vector<std::string>& down) {
  std::map<std::string, std::size_t> found;
  for (const ProgressRecord& record : records) ++found[std::string(word(record.state))];
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const char* state : {"upgraded", "running", "queued", "pending", "failed", "unknown"}) {
    const auto count = found.extract(state);
    if (!count.empty()) counts.emplace_back(state, count.mapped());
  }
  counts.insert(counts.end(), found.begin(), found.end());
  Markup page;
  begin(page, "Upgrades", "15");
  page.element("h1", fmt::format("Upgrades of {} workspaces", records.size()));
  for (const std::string& server : down) {
    page.element("p",
                 fmt::format("Server {} does not answer: its workspaces are missing here.", server),
                 {{"class", "note"}});
  }
  if (!records.empty()) picture(page, counts, records.size());
  Rows held;
  for (const ProgressRecord& record : records) {
    if (record.gate_closed) held.push_back(&record);
  }
  summary(page, forecast, held.size());
  tables(page, records, held);
  return page.finish();
}

std::string log_page(const std::string& workspace, const std::string& log) {
  Markup page;
  begin(page, "Log of " + workspace, nullptr);
  page.open("p").element("a", "All workspaces", {{"href", k_address}}).close();
  page.element("h1", workspace);
  page.element("p", "The end of the log of its newest run.", {{"class", "quiet"}});
  page.element("pre", log);
  return page.finish();
}

}  // namespace upkeep::upgrade
