// SPDX-License-Identifier: MIT
#include "cli/whole_number.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/slot_store.hpp"
#include "ws-upgrade/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class BreakLease final : public Command {
 public:
  explicit BreakLease(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return "--break-lease"; }
  [[nodiscard]] const char* summary() const override {
    return "Break the lease of a run whose host will not come back";
  }
  CLI::Option* declare_choice(CLI::App& app) override {
    return app.add_option(name(), m_run, summary())->type_name("RUN")->check(cli::whole_number(1));
  }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"--why"}; }
  [[nodiscard]] std::vector<std::string> columns() const override { return run_columns(); }
  void check(cli::CommonOptions& /*common*/) override { m_shared.check(); }

  ExitStatus run(Session& session) override {
    Io& io = session.io;
    const std::string& schema = session.config().database.schema;
    upgrade::RunStore runs(session.control(), schema);
    upgrade::SlotStore slots(session.control(), runs, schema);
    const std::string who = upgrade::signature(session.person(), m_shared.upgrade.reason);
    switch (upgrade::break_lease(runs, slots, m_run, who, session.common.dry_run)) {
      case upgrade::BreakResult::broken:
        if (session.common.dry_run) {
          io.note(fmt::format("the lease of run {} would be broken", m_run));
          return ExitStatus::ok;
        }
        session.events().write("", m_run, "lease broken by " + who);
        io.detail(fmt::format("the lease of run {} is broken", m_run));
        return ExitStatus::ok;
      case upgrade::BreakResult::still_renewed:
        io.error(fmt::format("the lease of run {} is still renewed; its host is alive", m_run));
        return ExitStatus::no;
      case upgrade::BreakResult::holds_none:
        io.error(fmt::format("run {} does not hold a lease", m_run));
        return ExitStatus::no;
      case upgrade::BreakResult::no_such_run:
        break;
    }
    io.error(
        fmt::format("there is no run {}; 'ws-progress --active' shows the active ones", m_run));
    return ExitStatus::partial;
  }

 private:
  SharedOptions& m_shared;
  std::int64_t m_run = 0;
};

}  // namespace

Commands break_lease_mode(SharedOptions& shared) {
  return cli::make_commands<Session, BreakLease>(shared);
}

}  // namespace upkeep::tools
