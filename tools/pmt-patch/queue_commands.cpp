// SPDX-License-Identifier: MIT
// queue, decline: the requests that wait for a number.
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

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

}  // namespace

std::uint32_t queue_number(const std::string& text) {
  if (const auto number = patch::parse_queue_id(text)) return *number;
  throw DataError(fmt::format("'{}' is not a queue id", printable(text)), "write it like Q-17");
}

Commands queue_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Queue>());
  commands.push_back(std::make_unique<Decline>());
  return commands;
}

}  // namespace upkeep::tools
