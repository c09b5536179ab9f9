// SPDX-License-Identifier: MIT
#include "patch_cli/history_command.hpp"

#include "patch/registry/history_text.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace upkeep::patch_cli {

namespace {

class History final : public Command {
 public:
  const char* name() const override { return "history"; }
  std::vector<std::string> columns() const override { return patch::history_columns(); }
  const char* summary() const override { return "Show the history of patches"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names, or - to read them from stdin")->type_name("PATCH");
  }
  ExitStatus run(Session& session) override {
    return session.wants_page() ? print_pages(session) : print_records(session);
  }

 private:
  ExitStatus print_pages(Session& session) const {
    const TextStyle style = session.page_style();
    bool first = true;
    return session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
      const std::string page = patch::history_text(patch::events_of(session.connection(), patch.id),
                                                   patch::name_of(patch, session.names()),
                                                   session.type(), session.names(), style);
      if (!first && !page.empty()) session.io.out.write("\n");
      first = first && page.empty();
      session.io.out.write(page);
    });
  }

  ExitStatus print_records(Session& session) const {
    const auto out = session.printer(patch::history_columns());
    const ExitStatus status =
        session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
          const std::string name = patch::name_of(patch, session.names());
          for (const patch::Event& event : patch::events_of(session.connection(), patch.id)) {
            for (const Record& record : patch::history_records(event, name, session.names())) {
              out->print(record);
            }
          }
        });
    out->finish();
    return status;
  }

  std::vector<std::string> m_patches;
};

}  // namespace

std::unique_ptr<Command> history_command() {
  return std::make_unique<History>();
}

}  // namespace upkeep::patch_cli
