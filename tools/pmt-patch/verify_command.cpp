// SPDX-License-Identifier: MIT
// verify-history.
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/history_chain.hpp"
#include "patch/store/store.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class VerifyHistory final : public Command {
 public:
  const char* name() const override { return "verify-history"; }
  std::vector<std::string> columns() const override {
    return {"patch", "event", "problem", "detail"};
  }
  const char* summary() const override {
    return "Check that histories have not been altered; status 1 if one is broken";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names, or - to read them from stdin (default: all)")
        ->type_name("PATCH");
  }
  ExitStatus run(Session& session) override {
    const auto out = session.printer(columns());
    bool broken = false;
    std::uint64_t checked = 0;
    const auto found = [&](const patch::Break& one) {
      broken = true;
      out->print({called(session, one.patch), one.event, one.problem, one.detail});
    };
    ExitStatus status = ExitStatus::ok;
    if (m_patches.empty()) {
      std::vector<std::uint64_t> ids;
      for (const db::Row& row : session.connection().query("SELECT id FROM patch ORDER BY id")) {
        ids.push_back(static_cast<std::uint64_t>(row.integer("id")));
      }
      patch::for_each_page(ids, [&](const std::vector<std::uint64_t>& page) {
        checked += patch::verify_histories(session.connection(), page, found);
      });
      patch::find_orphans(session.connection(), found);
    } else {
      status = session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
        checked += patch::verify_histories(session.connection(), {patch.id}, found);
      });
    }
    out->finish();
    session.io.detail(fmt::format("{} events were checked", checked));
    return worse(status, broken ? ExitStatus::no : ExitStatus::ok);
  }

 private:
  static std::string called(Session& session, std::uint64_t id) {
    const auto patches = patch::patches_of(session.connection(), {id});
    return patches.empty() ? fmt::format("(row {})", id)
                           : patch::name_of(patches.front(), session.names());
  }
  std::vector<std::string> m_patches;
};

}  // namespace

Commands verify_commands() {
  Commands commands;
  commands.push_back(std::make_unique<VerifyHistory>());
  return commands;
}

}  // namespace upkeep::tools
