// SPDX-License-Identifier: MIT
#include "upgrade/runner/drain.hpp"
#include "upgrade/runner/drain_summary.hpp"
#include "upgrade/runner/preview.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "ws-upgrade/commands.hpp"

#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class Drain final : public Command {
 public:
  explicit Drain(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return "--drain"; }
  [[nodiscard]] const char* summary() const override {
    return "Process the queue until nothing is due";
  }
  void declare(CLI::App& app) override {
    app.add_flag("--retry", m_shared.upgrade.retry,
                 "Queue failed runs again, with back-off, up to [schedule] attempts")
        ->needs(name());
    m_put_off = app.add_flag("--put-off", m_shared.upgrade.put_off,
                             "With --until: move remaining runs behind the logins to the next day");
    m_put_off->needs(name());
    app.add_flag("--summary", m_summary, "One record about the whole drain, at its end")
        ->needs(name());
  }
  [[nodiscard]] std::vector<std::string> takes() const override {
    return {"--wait", "--timeout", "--max-failures", "--until", "--canary"};
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return m_summary ? upgrade::DrainSummary::columns() : run_columns();
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_put_off->count() > 0 && m_shared.until.empty()) {
      throw UsageError("--put-off requires --until", "e.g. --drain --until 06:00 --put-off");
    }
    m_shared.check();
  }

  ExitStatus run(Session& session) override {
    // Before any thread starts: from now on signals are polled and do not kill the process.
    Interrupts interrupts;
    const config::Config config = m_shared.complete(session);
    RecordStream out(session, columns());
    upgrade::DrainSummary summary(wall_now());
    upgrade::refuse_exposed_upgrade(config);
    ExitStatus status = ExitStatus::ok;
    try {
      status = drain(session, config, interrupts, [&](const upgrade::RunReport& report) {
        summary.add(report);
        if (!m_summary) out.print(run_record(report));
      });
    } catch (const Error&) {
      // Report what was done before the error, and complete the JSON.
      if (summary.any()) conclude(session, summary, out);
      throw;
    }
    conclude(session, summary, out);
    return worse(status, out.status());
  }

 private:
  ExitStatus drain(Session& session, const config::Config& config, Interrupts& interrupts,
                   const upgrade::ReportSink& sink) const {
    if (session.common.dry_run) return upgrade::preview_queue(config, sink);
    return upgrade::drain_queue(config, m_shared.upgrade, interrupts, sink, session.warn(),
                                session.readers_backend());
  }

  void conclude(Session& session, const upgrade::DrainSummary& summary, RecordStream& out) const {
    if (!session.common.dry_run && summary.any()) session.events().write("", {}, summary.text());
    if (m_summary) out.print(summary.record(wall_now()));
    out.finish();
  }

  SharedOptions& m_shared;
  CLI::Option* m_put_off = nullptr;
  bool m_summary = false;
};

}  // namespace

Commands drain_mode(SharedOptions& shared) {
  return cli::make_commands<Session, Drain>(shared);
}

}  // namespace upkeep::tools
