// SPDX-License-Identifier: MIT
// Modes about active runs.
#include "upgrade/model/state.hpp"
#include "upgrade/queue/queue_requests.hpp"
#include "ws-schedule/commands.hpp"

namespace upkeep::tools {

namespace {

class RunMode : public Command {
 public:
  explicit RunMode(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE"}; }
  [[nodiscard]] std::vector<std::string> columns() const override { return schedule_columns(); }
  void check(cli::CommonOptions& /*common*/) override { m_shared.check(); }

 protected:
  /// Those that are named; without operands none, and none are waited for on stdin.
  [[nodiscard]] cli::NamesTaken named_runs(Session& session) const {
    if (m_shared.operands.empty()) return {};
    return session.take_names(m_shared.operands, "name some");
  }
  SharedOptions& m_shared;  // NOLINT: of the modes
};

class List final : public RunMode {
 public:
  using RunMode::RunMode;
  [[nodiscard]] const char* name() const override { return "--list"; }
  [[nodiscard]] const char* summary() const override {
    return "List the queue in the order in which it is served";
  }
  ExitStatus run(Session& session) override {
    const cli::NamesTaken taken = named_runs(session);
    if (!m_shared.operands.empty() && taken.names.empty()) {
      session.print_all(columns(), {});
      return taken.status;
    }
    warn_of_pause(session);
    upgrade::QueueRequests requests(session.config(), session.control(), session.events());
    return worse(taken.status, print(session, requests.list(taken.names)));
  }
};

class Retarget final : public RunMode {
 public:
  using RunMode::RunMode;
  [[nodiscard]] const char* name() const override { return "--retarget"; }
  [[nodiscard]] const char* summary() const override {
    return "Aim queued runs at the configured version; without names those whose version has no "
           "probe any more";
  }
  ExitStatus run(Session& session) override {
    (void)upgrade::target_of(session.config(), "");
    const cli::NamesTaken taken = named_runs(session);
    if (!m_shared.operands.empty() && taken.names.empty()) {
      session.print_all(columns(), {});
      return taken.status;
    }
    warn_of_pause(session);
    upgrade::QueueRequests requests(session.config(), session.control(), session.events());
    return worse(taken.status,
                 print(session, requests.retarget(taken.names, session.common.dry_run)));
  }
};

class Cancel final : public RunMode {
 public:
  using RunMode::RunMode;
  [[nodiscard]] const char* name() const override { return "--cancel"; }
  [[nodiscard]] const char* summary() const override { return "Take queued workspaces back"; }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE", "--via"}; }
  ExitStatus run(Session& session) override {
    const cli::NamesTaken taken = session.take_names(m_shared.operands, "name some, or use --list");
    if (taken.names.empty()) {
      session.print_all(columns(), {});
      return taken.status;
    }
    warn_of_pause(session);
    upgrade::QueueRequests requests(session.config(), session.control(), session.events());
    return worse(taken.status,
                 print(session, requests.cancel(taken.names, *m_shared.backend(session),
                                                session.common.dry_run)));
  }
};

}  // namespace

Commands run_modes(SharedOptions& shared) {
  return cli::make_commands<Session, List, Cancel, Retarget>(shared);
}

}  // namespace upkeep::tools
