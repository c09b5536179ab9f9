// SPDX-License-Identifier: MIT
// Modes that prevent workspaces from being upgraded.
#include "base/text.hpp"
#include "upgrade/queue/hold_requests.hpp"
#include "upgrade/queue/queue_requests.hpp"
#include "ws-schedule/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

class HoldMode final : public NameMode {
 public:
  using NameMode::NameMode;
  [[nodiscard]] const char* name() const override { return "--hold"; }
  [[nodiscard]] const char* summary() const override {
    return "Prevent workspaces from being upgraded until --release";
  }
  void declare(CLI::App& app) override {
    app.add_option("--gate", m_gate,
                   "With --hold: open|closed: users pass (the default) or see the page")
        ->type_name("WHICH")
        ->needs(name());
  }
  [[nodiscard]] std::vector<std::string> takes() const override {
    return {"WORKSPACE", "--why", "--requested-by"};
  }
  void check(cli::CommonOptions& /*common*/) override {
    // A hold without a reason does not help those who encounter it.
    if (trim(m_shared.reason).empty()) {
      throw UsageError("--hold needs --why, which is shown wherever the hold has an effect",
                       "e.g. --hold acme --why 'exams until Friday'");
    }
    if (!m_gate.empty() && m_gate != "open" && m_gate != "closed") {
      throw UsageError(fmt::format("--gate {}: no such value", printable(m_gate)),
                       "open or closed");
    }
  }

 private:
  ExitStatus work(Session& session, const std::vector<std::string>& names) override {
    const upgrade::HoldRequest request{.who = m_shared.who(session),
                                       .why = m_shared.reason,
                                       .gate_closed = m_gate == "closed",
                                       .dry_run = session.common.dry_run};
    return print(session, upgrade::hold_workspaces(session.config(), session.control(),
                                                   session.events(), names, request));
  }

  std::string m_gate;
};

class Release final : public NameMode {
 public:
  using NameMode::NameMode;
  [[nodiscard]] const char* name() const override { return "--release"; }
  [[nodiscard]] const char* summary() const override { return "End the hold, and start due runs"; }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE", "--via"}; }

 private:
  ExitStatus work(Session& session, const std::vector<std::string>& names) override {
    const upgrade::Released released =
        upgrade::release_workspaces(session.config(), session.control(), session.events(), names,
                                    m_shared.who(session), session.common.dry_run);
    const ExitStatus status = print(session, released.records);
    if (released.due && !session.common.dry_run) {
      upgrade::QueueRequests(session.config(), session.control(), session.events())
          .hand_over_due(*m_shared.backend(session), session.warn());
    }
    return status;
  }
};

}  // namespace

Commands hold_modes(SharedOptions& shared) {
  return cli::make_commands<Session, HoldMode, Release>(shared);
}

}  // namespace upkeep::tools
