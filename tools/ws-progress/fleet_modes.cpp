// SPDX-License-Identifier: MIT
// Modes about the whole fleet: a forecast, and a report on finished runs.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/view/sweep_report.hpp"
#include "ws-progress/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class Forecast final : public Command {
 public:
  explicit Forecast(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return "--forecast"; }
  [[nodiscard]] const char* summary() const override { return "One record for the whole queue"; }
  void declare(CLI::App& app) override {
    app.add_option("--until", m_until_text,
                   "With --forecast: how many will be left at this local time")
        ->type_name("HH:MM")
        ->needs(name());
  }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"--target"}; }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"queued", "running", "slots", "median_s", "finish_at", "until", "left", "paused"};
  }
  void check(cli::CommonOptions& common) override {
    refuse_html(common);
    if (!m_until_text.empty()) m_until = upgrade_cli::next_time_of_day("--until", m_until_text);
  }
  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    // Active runs have their own targets; the configured one, if any, selects the history.
    const std::string target = m_shared.target.empty()
                                   ? config.upgrade.target
                                   : upgrade::target_of(config, m_shared.target);
    upgrade::ProgressView view(config, session.control(), target);
    const upgrade::Forecast forecast = view.forecast(m_until);
    const bool knows_rest = m_until && (forecast.median || forecast.paused);
    session.print_all(columns(),
                      {{forecast.queued, forecast.running, forecast.slots, forecast.median,
                        forecast.finish_at ? Value(iso8601(*forecast.finish_at)) : Value(),
                        m_until ? Value(iso8601(*m_until)) : Value(),
                        knows_rest ? Value(forecast.left) : Value(), forecast.paused}});
    return ExitStatus::ok;
  }

 private:
  SharedOptions& m_shared;
  std::string m_until_text;
  std::optional<WallTime> m_until;
};

class Report final : public Command {
 public:
  explicit Report(SharedOptions& /*shared*/) {}
  [[nodiscard]] const char* name() const override { return "--report"; }
  [[nodiscard]] const char* summary() const override {
    return "Report on finished runs: numbers, failures, longest, per hour";
  }
  void declare(CLI::App& app) override {
    app.add_option("--from", m_from_text, "With --report: start (default: a day ago)")
        ->type_name("TIME")
        ->needs(name());
    app.add_option("--to", m_to_text, "With --report: end (default: now)")
        ->type_name("TIME")
        ->needs(name());
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return upgrade::SweepReport::columns();
  }
  void check(cli::CommonOptions& /*common*/) override {
    m_to = time_of("--to", m_to_text, wall_now());
    m_from = time_of("--from", m_from_text, m_to - std::chrono::hours(24));
    if (m_from >= m_to) throw UsageError("--from is not before --to", "swap them");
  }
  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    upgrade::Inspector inspector(config, session.control());
    upgrade::recover_before_reading(config, session.control(), inspector, "ws-progress");
    const upgrade::SweepReport sweep =
        upgrade::read_sweep(session.control(), config.database.schema, m_from, m_to);
    if (session.common.format == "html") {
      session.io.out.write(sweep.html());
    } else if (session.wants_page()) {
      session.io.out.write(sweep.text(session.page_style()));
    } else {
      session.print_all(columns(), {sweep.record()});
    }
    return ExitStatus::ok;
  }

 private:
  static WallTime time_of(const char* option, const std::string& text, WallTime fallback) {
    if (text.empty()) return fallback;
    if (const auto date = parse_typed_date(text, wall_now())) return date->time;
    throw UsageError(fmt::format("{} {}: not a date", option, printable(text)), k_date_advice);
  }

  std::string m_from_text, m_to_text;
  WallTime m_from, m_to;
};

}  // namespace

Commands fleet_modes(SharedOptions& shared) {
  return cli::make_commands<Session, Forecast, Report>(shared);
}

}  // namespace upkeep::tools
