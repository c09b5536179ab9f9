// SPDX-License-Identifier: MIT
// void.
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class Void final : public Command {
 public:
  const char* name() const override { return "void"; }
  const char* summary() const override {
    return "Take patches out of every list and report, with a reason (--why)";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names, 4.4.0-1 for short; - reads them from stdin")
        ->type_name("PATCH");
    app.add_flag("--restore", m_restore, "Take it back");
  }
  ExitStatus run(Session& session) override {
    if (trim(session.why).empty()) throw UsageError("void needs a reason", "give it with --why");
    session.need_role("pmt-void");
    const patch::Voider& voider = session.registry().voider();
    const bool dry_run = session.common.dry_run;
    return session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
      m_restore ? voider.restore(patch.id, session.why, dry_run)
                : voider.annul(patch.id, session.why, dry_run);
      if (!dry_run) return;
      session.io.note(fmt::format("{} would {}", patch::name_of(patch, session.names()),
                                  m_restore ? "be restored" : "be void"));
    });
  }

 private:
  std::vector<std::string> m_patches;
  bool m_restore = false;
};

}  // namespace

Commands void_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Void>());
  return commands;
}

}  // namespace upkeep::tools
