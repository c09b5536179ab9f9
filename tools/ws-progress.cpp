// SPDX-License-Identifier: MIT
// ws-progress: shows the progress of upgrades, their place in the queue and their expected end.
#include "base/file.hpp"
#include "base/interrupts.hpp"
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "cli/live_frame.hpp"
#include "cli/names.hpp"
#include "cli/tool.hpp"
#include "upgrade/model/public_steps.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/view/fleet_page.hpp"
#include "upgrade/view/progress_view.hpp"
#include "upgrade/view/publisher.hpp"
#include "upgrade/view/sweep_report.hpp"
#include "ws-progress/drawing.hpp"
#include "ws-progress/pages.hpp"
#include "ws-progress/publish.hpp"
#include "ws-progress/records.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include <poll.h>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep
using tools::Audience;
using tools::Records;

class WsProgress final : public cli::Tool {
 public:
  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-progress";
    info.summary = "Show the progress of upgrades, their place in the queue and when they will end";
    info.formats = {"text", "tsv", "json", "jsonl", "html"};
    info.examples = {
        {"ws-progress acme", "one workspace, now"},
        {"ws-progress --follow acme",
         "until it is done; a bar on a terminal, a record per change in a pipe"},
        {"ws-progress --active --follow", "whatever is queued or running"},
        {"ws-progress --forecast --json", "when the whole queue will be done"},
        {"ws-progress --forecast --until 06:00", "and how many will be left then"},
        {"ws-progress --report --from 2026-01-02T20:00Z --format html > night.html",
         "what a night has done, as a page"},
        {"ws-progress --log acme", "the end of the log of its newest run"},
    };
    info.statuses = {
        {0, "all upgraded"},
        {1, "some are queued, running or pending"},
        {2, "some failed or are unknown"},
        {64, "usage"},
        {65, "a name breaks the name rule; with --page: no published record on stdin"},
        {66, "with --log: there is no log, or none in log_dir"},
        {69, "the database does not answer"},
        {73, "with --publish: the directory cannot be written"},
        {75, "with --publish: too many ask at one time"},
        {77, "the database does not let us in"},
        {78, "configuration"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    app.add_option("WORKSPACE", m_operands, "Workspaces to show; - reads names from stdin");
    app.add_flag("--all", m_all, "Every workspace there is");
    app.add_flag("--active", m_active, "Those that are queued or running");
    app.add_flag("--follow", m_follow, "Go on until nothing is active any more");
    app.add_flag("--public", m_public, "Only what an anonymous visitor may see");
    app.add_flag("--forecast", m_forecast, "One record for the whole queue");
    app.add_option("--until", m_until_text, "With --forecast: what will be left at this local time")
        ->type_name("HH:MM");
    app.add_flag("--report", m_report, "What has been done: numbers, failures, longest, per hour");
    app.add_option("--from", m_from_text, "With --report: from then on (default: a day ago)")
        ->type_name("TIME");
    app.add_option("--to", m_to_text, "With --report: up to then (default: now)")
        ->type_name("TIME");
    app.add_flag("--publish", m_publish,
                 "Keep what visitors may see in [web] status_dir; of names: publish it now");
    app.add_flag("--log", m_log, "The end of the log of the newest run of one workspace");
    app.add_option("--page", m_page.texts,
                   "The page for visitors, of a published record on stdin and the texts in FILE")
        ->type_name("FILE");
    app.add_option("--lang", m_page.lang, "With --page: the language of the address")
        ->type_name("LANG");
    app.add_option("--skin", m_page.skin, "With --page: the skin of the address")
        ->type_name("SKIN");
    app.add_option("--accept-language", m_page.accept_language,
                   "With --page: the languages that the browser accepts")
        ->type_name("LIST");
    app.add_option("--login", m_page.login,
                   "With --page: where to log in; {workspace}, {lang} and {skin} are replaced")
        ->type_name("URL");
    app.add_option("--target", m_target, "Ask for this version instead of the configured one")
        ->type_name("V");
  }

  void check() override {
    if (m_publish && (m_all || m_active || m_follow || m_public || m_forecast || m_report)) {
      throw UsageError("--publish goes with names and --target alone", "leave out the others");
    }
    check_fields(m_report     ? upgrade::SweepReport::columns()
                 : m_forecast ? k_forecast_columns
                              : columns());
    check_pages();
    const int sources = static_cast<int>(m_all) + static_cast<int>(m_active) +
                        static_cast<int>(m_forecast) + static_cast<int>(m_report) +
                        static_cast<int>(!m_operands.empty());
    if (sources > 1) {
      throw UsageError("--all, --active, --forecast, --report and names exclude each other",
                       "use one of them");
    }
    if ((m_forecast || m_report) && (m_follow || m_public)) {
      throw UsageError(fmt::format("{} goes with neither --follow nor --public",
                                   m_forecast ? "--forecast" : "--report"),
                       "leave it out");
    }
    if (common.format == "html" && !m_report && !m_log && (!m_all || m_public || m_follow)) {
      throw UsageError("--format html goes with --all, --log and --report",
                       "use text, tsv, json or jsonl");
    }
    check_times();
  }

  ExitStatus run(Io& io) override {
    if (!m_page.texts.empty()) return tools::print_visitor_page(io, m_page);
    const config::Config config = load_config();
    if (m_report) return report(io, config);
    if (m_publish && m_operands.empty()) {
      Interrupts interrupts;
      return upgrade::keep_published(config, upgrade::target_of(config, m_target), interrupts,
                                     make_backend(config));
    }
    // An active run has its own target; the configured one, if any, gives the history.
    const bool by_runs = (m_active || m_forecast) && m_target.empty();
    const std::string target =
        by_runs ? config.upgrade.target : upgrade::target_of(config, m_target);
    cli::NamesTaken taken;
    if (!m_all && !m_active && !m_forecast) {
      const upgrade::WorkspaceMap map(config);
      taken = cli::take_names(io, names(io, m_operands),
                              [&](const std::string& name) { return map.objection(name); });
      if (!taken.named)
        throw UsageError("no workspace is named", "name some, or use --all or --active");
      if (taken.names.empty()) {
        printer(io, columns())->finish();
        return taken.status;
      }
    }
    if (m_publish) return publish(io, config, target, taken);
    if (m_log) return print_log(io, config, taken.names);
    db::Connection control = upgrade::connect_control(config);
    upgrade::ProgressView view(config, control, target);
    if (m_public) m_steps.emplace(config);
    if (m_forecast) return print_forecast(io, view.forecast(m_until));
    std::vector<std::string> down;
    Records records = m_all      ? view.of_all(down)
                      : m_active ? view.of_active()
                                 : view.of(taken.names);
    if (m_steps) records = m_steps->of(std::move(records));
    for (const std::string& server : down) {
      io.error(
          fmt::format("server {} does not answer: its workspaces are not in this list", server));
      taken.status = worse(taken.status, ExitStatus::partial);
    }
    if (m_follow && io.out_tty && io.progress && common.format.empty() && !common.json) {
      records = follow_on_terminal(io, view, std::move(records));
    } else if (m_follow) {
      records = follow_in_pipe(io, view, std::move(records));
    } else if (common.format == "html") {
      io.out.write(upgrade::fleet_page(records, view.forecast(), down));
    } else {
      const auto out = printer(io, columns());
      for (const upgrade::ProgressRecord& record : records) out->print(row(record));
      out->finish();
    }
    return worse(taken.status, tools::status_of(records));
  }

 private:
  inline static const std::vector<std::string> k_forecast_columns{
      "queued", "running", "slots", "median_s", "finish_at", "until", "left", "paused"};

  void check_times() {
    const auto need = [](const std::string& text, const char* option, bool given,
                         const char* with) {
      if (!text.empty() && !given)
        throw UsageError(fmt::format("{} goes with {}", option, with), "leave it out");
    };
    need(m_until_text, "--until", m_forecast, "--forecast");
    need(m_from_text, "--from", m_report, "--report");
    need(m_to_text, "--to", m_report, "--report");
    if (!m_until_text.empty()) {
      m_until = next_local_time(m_until_text, wall_now());
      if (!m_until) {
        throw UsageError(fmt::format("--until {}: no time of day", printable(m_until_text)),
                         "e.g. --until 06:00");
      }
    }
    m_to = time_of("--to", m_to_text, wall_now());
    m_from = time_of("--from", m_from_text, m_to - std::chrono::hours(24));
    if (m_from >= m_to) throw UsageError("--from is not before --to", "exchange them");
  }

  /// --page and --log are alone.
  void check_pages() const {
    const bool page = !m_page.texts.empty();
    if (!page && !(m_page.lang + m_page.skin + m_page.accept_language + m_page.login).empty())
      throw UsageError("--lang, --skin, --accept-language and --login go with --page",
                       "leave them out");
    const bool others = m_all || m_active || m_follow || m_public || m_forecast || m_report ||
                        m_publish || !common.fields.empty();
    if ((page || m_log) && (others || (page && m_log) || !(m_target.empty() || m_log)))
      throw UsageError(fmt::format("{} is used alone", page ? "--page" : "--log"),
                       "leave out the others");
    if (page && !m_operands.empty())
      throw UsageError("--page takes its record from stdin", "leave out the names");
  }

  ExitStatus print_log(Io& io, const config::Config& config,
                       const std::vector<std::string>& names) const {
    if (names.size() != 1) throw UsageError("--log shows one workspace", "name one");
    return tools::print_log(io, config, names.front(), common.format == "html");
  }

  static WallTime time_of(const char* option, const std::string& text, WallTime fallback) {
    if (text.empty()) return fallback;
    if (const auto date = parse_typed_date(text, wall_now())) return date->time;
    throw UsageError(fmt::format("{} {}: not a date", option, printable(text)), k_date_advice);
  }

  ExitStatus report(Io& io, const config::Config& config) const {
    db::Connection control = upgrade::connect_control(config);
    upgrade::Inspector inspector(config, control);
    upgrade::recover_before_reading(config, control, inspector, "ws-progress");
    const upgrade::SweepReport sweep =
        upgrade::read_sweep(control, config.database.schema, m_from, m_to);
    const bool text =
        common.format == "text" || (common.format.empty() && !common.json && io.out_tty);
    if (common.format == "html") {
      io.out.write(sweep.html());
    } else if (text && common.fields.empty()) {
      io.out.write(sweep.text());
    } else {
      const auto out = printer(io, upgrade::SweepReport::columns());
      out->print(sweep.record());
      out->finish();
    }
    return ExitStatus::ok;
  }

  [[nodiscard]] Audience audience() const {
    return m_public ? Audience::visitors : Audience::operators;
  }
  [[nodiscard]] const std::vector<std::string>& columns() const {
    return m_publish ? upgrade::published_columns() : tools::columns_for(audience());
  }
  [[nodiscard]] Record row(const upgrade::ProgressRecord& record) const {
    return tools::row_for(audience(), record);
  }

  /// For jobs that replace those that came to nothing.
  [[nodiscard]] upgrade::MakeBackend make_backend(const config::Config& config) const {
    const config::Surroundings around = surroundings();
    return upgrade::backend_of_a_looker(
        config, upgrade::drain_setting(config, around, binary_directory(), home_directory()),
        around.uid);
  }

  ExitStatus publish(Io& io, const config::Config& config, const std::string& target,
                     const cli::NamesTaken& taken) const {
    std::vector<Record> published;
    const Records records = tools::publish(
        config, target, taken.names, [&](Record record) { published.push_back(std::move(record)); },
        make_backend(config));
    const auto out = printer(io, columns());
    for (const Record& record : published) out->print(record);
    out->finish();
    return worse(taken.status, tools::status_of(records));
  }

  ExitStatus print_forecast(Io& io, const upgrade::Forecast& forecast) const {
    const auto out = printer(io, k_forecast_columns);
    out->print({forecast.queued, forecast.running, forecast.slots, forecast.median_s,
                forecast.finish_at ? Value(iso8601(*forecast.finish_at)) : Value(),
                m_until ? Value(iso8601(*m_until)) : Value(),
                m_until && (forecast.median_s || forecast.paused) ? Value(forecast.left) : Value(),
                forecast.paused});
    out->finish();
    return ExitStatus::ok;
  }

  /// Waits for the next look; false when a signal wants us to end.
  static bool pause(Interrupts& interrupts, int ms) {
    pollfd signals{interrupts.fd(), POLLIN, 0};
    ::poll(&signals, 1, ms);
    return !interrupts.take();
  }

  [[noreturn]] static void end_by(Io& io, const Interrupts& interrupts) {
    io.out.flush();
    throw Error(killed_by(*interrupts.first()), "interrupted; the upgrades go on");
  }

  Records again(upgrade::ProgressView& view, const Records& before) const {
    Records now = view.again(before);
    return m_steps ? m_steps->of(std::move(now)) : now;
  }

  Records follow_in_pipe(Io& io, upgrade::ProgressView& view, Records records) const {
    Interrupts interrupts;
    const auto out = printer(io, columns(), true);
    for (const upgrade::ProgressRecord& record : records) out->print(row(record));
    while (std::any_of(records.begin(), records.end(), tools::is_active)) {
      if (!pause(interrupts, 500)) end_by(io, interrupts);
      const Records now = again(view, records);
      for (std::size_t i = 0; i < now.size(); ++i) {
        if (!now[i].shows_the_same_as(records[i])) out->print(row(now[i]));
      }
      records = now;
    }
    out->finish();
    return records;
  }

  Records follow_on_terminal(Io& io, upgrade::ProgressView& view, Records records) const {
    Interrupts interrupts;
    cli::LiveFrame frame(io);
    for (int tick = 0;; ++tick) {
      frame.draw(tools::drawing_of(records, audience(), io.width(), frame.height() - 2));
      if (std::none_of(records.begin(), records.end(), tools::is_active)) return records;
      // Drawn more often than asked: a resized terminal is served at once.
      if (!pause(interrupts, 250)) end_by(io, interrupts);
      if (tick % 2 == 1) records = again(view, records);
    }
  }

  std::vector<std::string> m_operands;
  std::string m_target, m_until_text, m_from_text, m_to_text;
  std::optional<WallTime> m_until;
  std::optional<upgrade::PublicSteps> m_steps;  ///< with --public
  WallTime m_from, m_to;
  tools::PageOptions m_page;
  bool m_report = false, m_log = false;
  bool m_all = false, m_active = false, m_follow = false, m_public = false, m_forecast = false,
       m_publish = false;
};

}  // namespace

int main(int argc, char** argv) {
  WsProgress tool;
  return cli::run_main(argc, argv, tool);
}
