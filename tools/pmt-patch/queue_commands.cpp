// SPDX-License-Identifier: MIT
// queue, decline, reopen: the requests that wait for a number.
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

namespace {

class Queue final : public Command {
 public:
  const char* name() const override { return "queue"; }
  std::vector<std::string> columns() const override { return patch::queue_columns(); }
  const char* summary() const override { return "List the open requests, by priority and age"; }
  void declare(CLI::App& app) override {
    app.add_option("term", m_terms, "Selector terms (see upkeep-select(7))")->type_name("TERM");
    m_query.declare(app);
    app.add_flag("--all", m_all, "Include promoted and declined ones");
  }
  void check(cli::CommonOptions& /*common*/) override { m_query.add_to(m_terms); }
  ExitStatus run(Session& session) override {
    patch::SelectorSql selected = session.select(m_terms, patch::Rows::requests);
    patch::keep_listed_requests(selected, patch::parse_selector(m_terms), m_all);
    const auto out = session.printer(patch::queue_columns());
    const WallTime now = session.io.now();
    bool any = false;
    patch::for_each_patch(session.connection(), selected, [&](const patch::Patch& request) {
      out->print(patch::lifecycle::queue_record(request, session.names(), now));
      any = true;
    });
    out->finish();
    if (!any) session.hint_at_names(m_terms);
    return ExitStatus::ok;
  }

 private:
  std::vector<std::string> m_terms;
  QueryOption m_query;
  bool m_all = false;
};

class Decline final : public Command {
 public:
  const char* name() const override { return "decline"; }
  const char* summary() const override { return "Decline a request, with a reason (--why)"; }
  void declare(CLI::App& app) override {
    app.add_option("request", m_request, "Its id, like Q-17")->type_name("Q-N")->required();
  }
  ExitStatus run(Session& session) override {
    if (trim(session.why).empty()) {
      throw UsageError("decline needs a reason", "give it with --why");
    }
    session.need_role("pmt-request");
    patch::lifecycle::LifecycleService acts(session.connection(), session.config(),
                                            session.registry(), session.actor(),
                                            session.common.dry_run);
    const auto reasons = acts.mover().decline(queue_number(m_request), session.why);
    if (!reasons.empty()) return refused(session, reasons);
    if (session.common.dry_run) session.io.note(fmt::format("{} would be declined", m_request));
    return ExitStatus::ok;
  }

 private:
  [[nodiscard]] ExitStatus refused(Session& session,
                                   const std::vector<patch::lifecycle::Blocker>& reasons) const {
    const std::string name = patch::queue_id(queue_number(m_request));
    const auto out = session.printer(patch::lifecycle::reason_columns());
    for (const auto& one : reasons) out->print(patch::lifecycle::reason_record(name, one));
    out->finish();
    for (const auto& one : reasons) {
      session.io.error(Error(ExitStatus::no, fmt::format("{}: its lifecycle refuses {}: {}: {}",
                                                         name, one.event, one.reason, one.detail)));
    }
    return ExitStatus::no;
  }

  std::string m_request;
};

class Reopen final : public Command {
 public:
  const char* name() const override { return "reopen"; }
  const char* summary() const override { return "Open a declined request again"; }
  void declare(CLI::App& app) override {
    // The name tells completion which requests.
    app.add_option("declined", m_request, "Its id, like Q-17")->type_name("Q-N")->required();
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-request");
    patch::lifecycle::LifecycleService acts(session.connection(), session.config(),
                                            session.registry(), session.actor(),
                                            session.common.dry_run);
    acts.mover().reopen(queue_number(m_request), session.why);
    if (session.common.dry_run) session.io.note(fmt::format("{} would be reopened", m_request));
    return ExitStatus::ok;
  }

 private:
  std::string m_request;
};

}  // namespace

std::uint32_t queue_number(const std::string& text) {
  if (const auto number = patch::parse_queue_id(text)) return *number;
  throw DataError(fmt::format("'{}' is not a queue id", printable(text)), "write it like Q-17");
}

Commands queue_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Queue>());
  commands.push_back(std::make_unique<Decline>());
  commands.push_back(std::make_unique<Reopen>());
  return commands;
}

}  // namespace upkeep::tools
