// SPDX-License-Identifier: MIT
// deliver.
#include "patch/lifecycle/outbox.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): this command is all that

class Deliver final : public Command {
 public:
  const char* name() const override { return "deliver"; }
  const char* summary() const override {
    return "Deliver events to the [notify] commands; for cron";
  }
  void declare(CLI::App& app) override {
    app.add_flag("--dead", m_dead, "List abandoned deliveries, and deliver nothing");
    app.add_flag("--revive", m_revive, "Retry abandoned deliveries");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_dead && m_revive)
      throw UsageError("--dead and --revive exclude each other", "give one of them");
  }
  ExitStatus run(Session& session) override {
    Outbox outbox(session.connection(), session.config(), session.registry());
    if (m_dead) {
      print(session, outbox.dead());
      return ExitStatus::ok;
    }
    if (session.common.dry_run) {
      std::string text = fmt::format("{} events are waiting", outbox.waiting());
      if (m_revive) {
        text += fmt::format(", and {} abandoned deliveries would be retried", outbox.revivable());
      }
      session.io.note(text);
      return ExitStatus::ok;
    }
    const DeliveryReport report = outbox.deliver(m_revive);
    if (report.busy && m_revive) {
      throw Error(ExitStatus::try_later, "another deliverer is running: nothing was revived",
                  "try again when it is done");
    }
    if (report.busy) {
      session.io.note("another deliverer is running");
      return ExitStatus::ok;
    }
    session.io.detail(fmt::format("{} deliveries", report.sent));
    if (report.unwanted > 0) {
      session.io.warning(
          fmt::format("events that no [notify] of this configuration asks for: {}; they wait for"
                      " another one, and are dropped after a week",
                      report.unwanted));
    }
    print(session, report.failed);
    return report.failed.empty() ? ExitStatus::ok : ExitStatus::no;
  }

 private:
  static void print(Session& session, const std::vector<Undelivered>& all) {
    const auto out = session.printer({"patch", "event", "at", "notify", "tries", "detail"});
    for (const Undelivered& one : all) {
      out->print({one.patch, one.event, one.at, one.notify, one.tries, one.detail});
    }
    out->finish();
  }
  bool m_dead = false, m_revive = false;
};

}  // namespace

void deliver_now(Session& session) {
  const DeliveryReport report =
      Outbox(session.connection(), session.config(), session.registry()).deliver();
  for (const Undelivered& one : report.failed) {
    session.io.warning(fmt::format("{}: event {} is not delivered to {}: {}", one.patch, one.event,
                                   one.notify, one.detail));
  }
}

Commands delivery_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Deliver>());
  return commands;
}

}  // namespace upkeep::tools
