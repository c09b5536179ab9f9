// SPDX-License-Identifier: MIT
// Modes about the whole queue, or a whole sweep.
#include "upgrade/queue/queue_requests.hpp"
#include "upgrade/runner/root_rule.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/sweep_store.hpp"
#include "ws-schedule/commands.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace upkeep::tools {

namespace {

class QueueMode : public Command {
 public:
  explicit QueueMode(SharedOptions& shared) : m_shared(shared) {}
  void check(cli::CommonOptions& /*common*/) override { m_shared.check(); }
  [[nodiscard]] std::vector<std::string> columns() const override { return schedule_columns(); }

 protected:
  SharedOptions& m_shared;  // NOLINT: used by derived classes
};

class Pause final : public QueueMode {
 public:
  using QueueMode::QueueMode;
  [[nodiscard]] const char* name() const override { return "--pause"; }
  [[nodiscard]] const char* summary() const override {
    return "Start nothing from the queue; active runs continue";
  }
  [[nodiscard]] std::vector<std::string> takes() const override {
    return {"--why", "--requested-by"};
  }
  ExitStatus run(Session& session) override {
    upgrade::PauseStore pauses(session.control(), session.config().database.schema);
    const auto reason = m_shared.reason.empty() ? std::nullopt : std::optional(m_shared.reason);
    if (session.common.dry_run) {
      const auto earlier = pauses.find();
      session.io.note(earlier ? earlier->text() + " already" : "the queue would be paused");
      return ExitStatus::ok;
    }
    const std::string who = m_shared.who(session);
    if (pauses.pause(who, reason)) {
      session.events().write("", {}, "paused by " + upgrade::signature(who, reason));
    } else if (const auto earlier = pauses.find()) {
      session.io.note(earlier->text() + " already");
    }
    return ExitStatus::ok;
  }
};

class Resume final : public QueueMode {
 public:
  using QueueMode::QueueMode;
  [[nodiscard]] const char* name() const override { return "--resume"; }
  [[nodiscard]] const char* summary() const override { return "End the pause, and start due runs"; }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"--via"}; }
  ExitStatus run(Session& session) override {
    upgrade::PauseStore pauses(session.control(), session.config().database.schema);
    if (session.common.dry_run) {
      session.io.note(pauses.find() ? "the queue would be resumed" : "the queue is not paused");
      return ExitStatus::ok;
    }
    if (!pauses.resume()) {
      session.io.note("the queue was not paused");
      return ExitStatus::ok;
    }
    session.events().write("", {}, "resumed by " + m_shared.who(session));
    upgrade::refuse_exposed_job(session.config(), m_shared.chosen_via(session));
    const std::size_t due =
        upgrade::QueueRequests(session.config(), session.control(), session.events())
            .hand_over_due(*m_shared.backend(session), session.warn());
    session.io.detail(fmt::format("{} runs are due and start now", due));
    return ExitStatus::ok;
  }
};

class ResumeSweep final : public QueueMode {
 public:
  using QueueMode::QueueMode;
  [[nodiscard]] const char* name() const override { return "--resume-sweep"; }
  [[nodiscard]] const char* summary() const override { return "Resume this sweep"; }
  CLI::Option* declare_choice(CLI::App& app) override {
    return app.add_option(name(), m_sweep, summary())->type_name("NAME");
  }
  [[nodiscard]] std::vector<std::string> takes() const override { return {"--via"}; }
  void check(cli::CommonOptions& common) override {
    QueueMode::check(common);
    check_sweep_name(name(), m_sweep);
  }
  ExitStatus run(Session& session) override {
    if (session.common.dry_run) return preview(session);
    const bool was_stopped =
        upgrade::QueueRequests(session.config(), session.control(), session.events())
            .resume_sweep(m_sweep, *m_shared.backend(session), session.warn());
    if (!was_stopped) {
      session.io.note(fmt::format("sweep {} was not stopped", m_sweep));
      return ExitStatus::ok;
    }
    session.events().write("", {},
                           fmt::format("sweep {} resumed by {}", m_sweep, m_shared.who(session)));
    return ExitStatus::ok;
  }

 private:
  ExitStatus preview(Session& session) const {
    upgrade::SweepStore sweeps(session.control(), session.config().database.schema);
    if (!sweeps.find(m_sweep)) {
      throw Error(ExitStatus::partial, fmt::format("there is no sweep {}", m_sweep));
    }
    const auto stopped = sweeps.stopped();
    const bool is_stopped = std::find(stopped.begin(), stopped.end(), m_sweep) != stopped.end();
    session.io.note(
        fmt::format("sweep {} {}", m_sweep, is_stopped ? "would be resumed" : "is not stopped"));
    return ExitStatus::ok;
  }

  std::string m_sweep;
};

}  // namespace

Commands queue_modes(SharedOptions& shared) {
  return cli::make_commands<Session, Pause, Resume, ResumeSweep>(shared);
}

}  // namespace upkeep::tools
