// SPDX-License-Identifier: MIT
// request, queue, decline, new: how a patch gets its number.
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/registry/shared_jars.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

std::uint32_t queue_number(const std::string& text) {
  if (const auto number = patch::parse_queue_id(text)) return *number;
  throw DataError(fmt::format("'{}' is not a queue id", printable(text)), "write it like Q-17");
}

class Request final : public Command {
 public:
  const char* name() const override { return "request"; }
  std::vector<std::string> columns() const override { return {"queue"}; }
  const char* summary() const override { return "Queue a request for a patch; prints its id"; }
  void declare(CLI::App& app) override { m_fields.declare(app, false); }
  void check(cli::CommonOptions& /*common*/) override { (void)m_fields.edits(); }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-request");
    const std::uint32_t number =
        session.registry().request(m_fields.edits(), session.why, session.common.dry_run);
    if (session.common.dry_run) {
      session.io.note("a request would be queued");
      return ExitStatus::ok;
    }
    session.print_all(columns(), {{patch::queue_id(number)}});
    return ExitStatus::ok;
  }

 private:
  FieldOptions m_fields;
};

class Queue final : public Command {
 public:
  const char* name() const override { return "queue"; }
  std::vector<std::string> columns() const override { return patch::queue_columns(); }
  const char* summary() const override { return "List the open requests, by priority and age"; }
  void declare(CLI::App& app) override {
    app.add_flag("--all", m_all, "Include promoted and declined ones");
  }
  ExitStatus run(Session& session) override {
    // Priorities are numbers as a rule; other values come after them, and missing ones last.
    const std::string start = fmt::format("CONCAT(CHAR(10), '{}=')", patch::k_priority_key);
    const std::string priority = fmt::format(
        "SUBSTRING_INDEX(SUBSTRING(p.fields, LOCATE({0}, p.fields) + {1}), CHAR(10), 1)", start,
        std::string(patch::k_priority_key).size() + 2);
    const db::Rows rows = session.connection().query(fmt::format(
        "SELECT {0}, TIMESTAMPDIFF(SECOND, p.requested_at, UTC_TIMESTAMP()) AS age_s FROM patch p"
        " WHERE {1} ORDER BY LOCATE({2}, p.fields) = 0, {3} NOT REGEXP '^[0-9]+$',"
        " CAST({3} AS UNSIGNED), {3}, p.requested_at, p.queue",
        patch::patch_columns(), m_all ? "p.queue_state IS NOT NULL" : "p.queue_state = 'open'",
        start, priority));
    const auto out = session.printer(patch::queue_columns());
    for (const db::Row& row : rows) {
      const patch::Patch request = patch::patch_of(row);
      const std::chrono::seconds age(row.maybe_integer("age_s").value_or(0));
      out->print(patch::queue_record(request, age, session.names()));
    }
    out->finish();
    return ExitStatus::ok;
  }

 private:
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
    for (const auto& one : reasons) {
      session.io.error(
          Error(ExitStatus::no, fmt::format("{}: its lifecycle refuses {}: {}: {}", m_request,
                                            one.event, one.reason, one.detail)));
    }
    if (!reasons.empty()) return ExitStatus::no;
    if (session.common.dry_run) session.io.note(fmt::format("{} would be declined", m_request));
    return ExitStatus::ok;
  }

 private:
  std::string m_request;
};

/// A fix to a jar that another unreleased patch changes must include that patch's change.
void warn_of_shared_jars(Session& session, const patch::PatchRef& ref) {
  const auto patch = patch::find_patch(session.connection(), {ref, std::nullopt});
  if (!patch) return;
  for (const auto& [jar, other] :
       patch::shared_jars(session.connection(), *patch,
                          {session.type(), session.config().patch, session.names()})) {
    session.io.warning(fmt::format("{} is also in {}, which is not released ({})", jar,
                                   session.names().format(*other.ref),
                                   other.state.value_or("no state")));
  }
}

class New final : public Command {
 public:
  const char* name() const override { return "new"; }
  std::vector<std::string> columns() const override { return {"patch"}; }
  const char* summary() const override {
    return "Create a patch: draws its number, prints its name";
  }
  void declare(CLI::App& app) override {
    app.add_option("--platform", m_platform, "The platform; each has its own numbers")
        ->type_name("VERSION");
    app.add_option("--from", m_from, "Promote this request")->type_name("Q-N");
    app.add_option("--category", m_category, "normal, ported, critical, pre-QA, security ...")
        ->type_name("CATEGORY");
    app.add_option("--ported-from", m_source, "Copy the fields of this patch, and link to it")
        ->type_name("PATCH");
    app.add_option("--lifecycle", m_lifecycle, "Instead of [patch] lifecycle")->type_name("NAME");
    m_fields.declare(app, false);
  }
  void check(cli::CommonOptions& /*common*/) override {
    (void)m_fields.edits();
    if (m_platform.empty() && m_from.empty()) {
      throw UsageError("new needs --platform", "a request may have one: --from Q-17");
    }
  }
  ExitStatus run(Session& session) override {
    patch::NewPatch wanted;
    wanted.platform = m_platform;
    wanted.category = trim(m_category);
    wanted.lifecycle = trim(m_lifecycle);
    wanted.fields = m_fields.edits();
    wanted.why = session.why;
    if (!m_platform.empty()) patch::check_platform(m_platform);
    if (!m_from.empty()) wanted.from = queue_number(m_from);
    if (!m_source.empty()) wanted.ported_from = session.names().parse_or_throw(m_source);
    session.need_role("pmt-new");
    if (session.common.dry_run) {
      session.registry().check_create(wanted);
      session.io.note(
          fmt::format("a patch{} would be created{}", m_platform.empty() ? "" : " of " + m_platform,
                      wanted.from ? fmt::format(" from {}", patch::queue_id(*wanted.from)) : ""));
      return ExitStatus::ok;
    }
    const patch::PatchRef ref = session.registry().create(wanted);
    session.print_all(columns(), {{session.names().format(ref)}});
    session.io.out.flush();  // the number is known before the index catches up
    warn_of_shared_jars(session, ref);
    session.changed();
    return ExitStatus::ok;
  }

 private:
  std::string m_platform, m_from, m_category, m_source, m_lifecycle;
  FieldOptions m_fields;
};

}  // namespace

Commands queue_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Request>());
  commands.push_back(std::make_unique<Queue>());
  commands.push_back(std::make_unique<Decline>());
  commands.push_back(std::make_unique<New>());
  return commands;
}

}  // namespace upkeep::tools
