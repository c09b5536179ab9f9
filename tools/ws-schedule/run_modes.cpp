// SPDX-License-Identifier: MIT
// Modes about active runs.
#include "upgrade/model/state.hpp"
#include "upgrade/queue/queue_requests.hpp"
#include "ws-schedule/commands.hpp"

namespace upkeep::tools {

namespace {

upgrade::QueueRequests requests(Session& session) {
  return {session.config(), session.control(), session.events()};
}

class List final : public NameMode {
 public:
  using NameMode::NameMode;
  [[nodiscard]] const char* name() const override { return "--list"; }
  [[nodiscard]] const char* summary() const override {
    return "List the queue in the order in which it is served";
  }

 private:
  [[nodiscard]] bool needs_names() const override { return false; }
  ExitStatus work(Session& session, const std::vector<std::string>& names) override {
    return print(session, requests(session).list(names));
  }
};

class Retarget final : public NameMode {
 public:
  using NameMode::NameMode;
  [[nodiscard]] const char* name() const override { return "--retarget"; }
  [[nodiscard]] const char* summary() const override {
    return "Change queued runs to the configured version; without names, those whose version no "
           "longer has a probe";
  }

 private:
  [[nodiscard]] bool needs_names() const override { return false; }
  ExitStatus work(Session& session, const std::vector<std::string>& names) override {
    (void)upgrade::target_of(session.config(), "");
    return print(session, requests(session).retarget(names, session.common.dry_run));
  }
};

class Cancel final : public NameMode {
 public:
  using NameMode::NameMode;
  [[nodiscard]] const char* name() const override { return "--cancel"; }
  [[nodiscard]] const char* summary() const override { return "Cancel queued runs"; }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"WORKSPACE", "--via"}; }

 private:
  ExitStatus work(Session& session, const std::vector<std::string>& names) override {
    return print(session, requests(session).cancel(names, *m_shared.backend(session),
                                                   session.common.dry_run));
  }
};

}  // namespace

Commands run_modes(SharedOptions& shared) {
  return cli::make_commands<Session, List, Cancel, Retarget>(shared);
}

}  // namespace upkeep::tools
