// SPDX-License-Identifier: MIT
// mine.
#include "patch/lifecycle/agenda.hpp"
#include "patch/lifecycle/records.hpp"
#include "pmt-lifecycle/commands.hpp"

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): this command is all that

class Mine final : public Command {
 public:
  const char* name() const override { return "mine"; }
  std::vector<std::string> columns() const override { return agenda_columns(); }
  const char* summary() const override {
    return "List what you have to do, wait for, are late with, and may take";
  }
  ExitStatus run(Session& session) override {
    const auto acts = service(session);
    const patch::SelectorContext context = session.selector_context();
    Duties duties(session.config().patch, session.type(), session.me());
    Agenda agenda(session.connection(), acts->positions(), duties, context, session.config().patch,
                  session.io.now());
    const auto out = session.printer(columns());
    for (const AgendaEntry& one : agenda.entries(session.has_role("pmt-new"))) {
      out->print(agenda_record(one, session.names()));
    }
    out->finish();
    return ExitStatus::ok;
  }
};

}  // namespace

Commands mine_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Mine>());
  return commands;
}

}  // namespace upkeep::tools
