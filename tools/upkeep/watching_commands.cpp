// SPDX-License-Identifier: MIT
// What monitoring asks, and what keeps the history small.
#include "base/file.hpp"
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "cli/version.hpp"
#include "setup/metrics/reading.hpp"
#include "setup/prune/prune.hpp"
#include "upkeep/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class Metrics final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "metrics"; }
  [[nodiscard]] const char* summary() const override {
    return "Print figures for monitoring, as OpenMetrics";
  }
  void declare(CLI::App& app) override {
    app.add_option("--output", m_output, "Replace this file, such as DIR/upkeep.prom, instead")
        ->type_name("FILE");
  }
  [[nodiscard]] std::vector<cli::NamedFile> files() const override { return {{m_output}}; }

  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    setup::Metrics metrics;
    try {
      metrics = setup::read_metrics(config, session.warn());
    } catch (const Error&) {
      // A scraper must see that it is down, instead of figures that no longer change.
      metrics = {};
      write(session, metrics);
      throw;
    }
    write(session, metrics);
    return ExitStatus::ok;
  }

 private:
  void write(Session& session, setup::Metrics& metrics) const {
    metrics.version = cli::k_version;
    const std::string text = setup::open_metrics_text(setup::metric_families(metrics));
    if (m_output.empty()) return session.io.out.write(text);
    if (session.common.dry_run) {
      return session.io.note(fmt::format("would write {}", printable(m_output)));
    }
    constexpr mode_t k_readable_by_all = 0644;
    replace_file(m_output, text, k_readable_by_all);
  }

  std::string m_output;
};

class Prune final : public Command {
 public:
  [[nodiscard]] const char* name() const override { return "prune"; }
  [[nodiscard]] const char* summary() const override {
    return "Delete old runs from the history, and their logs";
  }
  void declare(CLI::App& app) override {
    app.add_option("--runs-older", m_runs, "Runs that ended before, such as 1y")->type_name("AGE");
    app.add_option("--logs-older", m_logs, "Logs last written before, such as 90d")
        ->type_name("AGE");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_runs.empty() && m_logs.empty()) {
      throw UsageError("prune needs --runs-older or --logs-older",
                       "e.g. upkeep prune -n --runs-older 1y --logs-older 90d");
    }
    if (!m_runs.empty()) m_runs_span = span_of("--runs-older", m_runs);
    if (!m_logs.empty()) m_logs_span = span_of("--logs-older", m_logs);
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"kind", "count", "oldest", "bytes"};
  }
  ExitStatus run(Session& session) override {
    const WallTime now = session.io.now();
    setup::PruneRequest request;
    if (m_runs_span) request.runs_before = before(now, *m_runs_span);
    if (m_logs_span) request.logs_before = before(now, *m_logs_span);
    request.dry_run = session.common.dry_run;
    const auto out = session.printer(columns());
    setup::prune(session.config(), request, [&](const setup::PrunedKind& kind) {
      Value oldest, bytes;
      if (kind.oldest) oldest = iso8601(*kind.oldest);
      if (kind.bytes) bytes = *kind.bytes;
      out->print({kind.kind, kind.count, oldest, bytes});
    });
    out->finish();
    return ExitStatus::ok;
  }

 private:
  static CalendarSpan span_of(const char* option, const std::string& text) {
    if (const auto span = parse_calendar_span(text)) return *span;
    throw UsageError(fmt::format("{} {}: not an age", option, printable(text)),
                     "a number of days, weeks, months or years: 90d, 12w, 6m, 1y");
  }

  std::string m_runs, m_logs;
  std::optional<CalendarSpan> m_runs_span, m_logs_span;
};

}  // namespace

Commands watching_commands() {
  return cli::make_commands<Session, Metrics, Prune>();
}

}  // namespace upkeep::tools
