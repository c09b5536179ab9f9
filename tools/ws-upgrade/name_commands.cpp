// SPDX-License-Identifier: MIT
// Commands for named workspaces: upgrade them, or accept them as repaired.
#include "upgrade/runner/preview.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "upgrade/runner/upgrader.hpp"
#include "ws-upgrade/commands.hpp"

#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class NameCommand : public Command {
 public:
  explicit NameCommand(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] std::vector<std::string> columns() const override { return run_columns(); }
  void check(cli::CommonOptions& /*common*/) override { m_shared.check(); }

  ExitStatus run(Session& session) override {
    // Before any thread starts: from now on signals are polled and do not kill the process.
    Interrupts interrupts;
    const config::Config config = m_shared.complete(session);
    m_shared.upgrade.target = upgrade::target_of(config, m_shared.target);
    RecordStream out(session, columns());
    const upgrade::ReportSink sink = [&](const upgrade::RunReport& report) {
      m_printed = true;
      out.print(run_record(report));
    };
    ExitStatus status = ExitStatus::ok;
    try {
      const cli::NamesTaken taken = session.take_names(
          m_shared.operands, "name at least one, or use --drain; no name never means all");
      status = taken.status;
      if (!taken.names.empty()) {
        status = worse(status, work(session, config, taken.names, interrupts, sink));
      }
    } catch (const Error&) {
      // Report what was done before the error, and complete the JSON.
      if (m_printed) out.finish();
      throw;
    }
    out.finish();
    return worse(status, out.status());
  }

 protected:
  virtual ExitStatus work(const Session& session, const config::Config& config,
                          const std::vector<std::string>& names, Interrupts& interrupts,
                          const upgrade::ReportSink& sink) = 0;
  SharedOptions& m_shared;  // NOLINT: used by derived classes

 private:
  bool m_printed = false;
};

class Upgrade final : public NameCommand {
 public:
  using NameCommand::NameCommand;
  [[nodiscard]] const char* name() const override { return ""; }
  [[nodiscard]] const char* summary() const override { return ""; }
  void declare(CLI::App& app) override { m_shared.declare(app); }

 private:
  ExitStatus work(const Session& session, const config::Config& config,
                  const std::vector<std::string>& names, Interrupts& interrupts,
                  const upgrade::ReportSink& sink) override {
    upgrade::refuse_exposed_upgrade(config);
    const upgrade::UpgradeOptions& options = m_shared.upgrade;
    if (session.common.dry_run) {
      return upgrade::preview(config, names, options.target, options.force, sink);
    }
    return upgrade::Upgrader(config, options, interrupts, sink).upgrade(names);
  }
};

class Accept final : public NameCommand {
 public:
  using NameCommand::NameCommand;
  [[nodiscard]] const char* name() const override { return "--accept"; }
  [[nodiscard]] const char* summary() const override {
    return "Record that a person repaired failed workspaces manually";
  }
  [[nodiscard]] std::vector<std::string> takes() const override {
    return {"WORKSPACE", "--why", "--target"};
  }

 private:
  ExitStatus work(const Session& session, const config::Config& config,
                  const std::vector<std::string>& names, Interrupts& /*interrupts*/,
                  const upgrade::ReportSink& sink) override {
    return upgrade::accept(config, names, m_shared.upgrade, session.common.dry_run, sink);
  }
};

}  // namespace

Commands name_commands(SharedOptions& shared) {
  return cli::make_commands<Session, Accept, Upgrade>(shared);
}

}  // namespace upkeep::tools
