// SPDX-License-Identifier: MIT
// blockers, overdue.
#include "base/text.hpp"
#include "patch/lifecycle/listed_records.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class Blockers final : public Command {
 public:
  const char* name() const override { return "blockers"; }
  const char* summary() const override { return "List what blocks patches, and since when"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_operands,
                   "Names, or selector terms (see upkeep-select(7)); - for stdin")
        ->type_name("PATCH|TERM");
  }
  ExitStatus run(Session& session) override {
    const auto acts = service(session);
    const auto out = session.printer(blocker_columns());
    const WallTime now = session.io.now();
    bool any = false;
    const auto print = [&](const patch::Patch& patch, const std::vector<BlockedEvent>& blockers) {
      if (blockers.empty()) return;
      any = true;
      const std::string name = patch::name_of(patch, session.names());
      for (const Record& one : blocker_records(name, blockers, now)) out->print(one);
    };
    ExitStatus status = ExitStatus::ok;
    if (m_operands.empty() || is_selector(m_operands)) {
      for_each_blocked(session.connection(), acts->positions(), session.select(m_operands), print);
    } else {
      std::vector<std::uint64_t> ids;
      status = session.for_each_named(m_operands, true, [&](const patch::Patch& patch) {
        (void)acts->positions().position(patch);
        ids.push_back(patch.id);
      });
      for_each_blocked(session.connection(), acts->positions(), ids, print);
    }
    out->finish();
    return worse(status, any ? ExitStatus::no : ExitStatus::ok);
  }

 private:
  std::vector<std::string> m_operands;
};

class OverdueList final : public Command {
 public:
  const char* name() const override { return "overdue"; }
  const char* summary() const override {
    return "List patches past their estimate or a checkpoint";
  }
  void declare(CLI::App& app) override {
    app.add_option("term", m_operands, "Selector terms (see upkeep-select(7))")->type_name("TERM");
    app.add_flag("--tell", m_tell, "Record a reminder for each, once a day (see 'deliver')");
  }
  ExitStatus run(Session& session) override {
    const auto acts = service(session);
    const auto out = session.printer(overdue_columns());
    patch::SelectorSql selected = session.select(m_operands);
    selected.conditions.push_back(unfinished(session.config().patch));
    ExitStatus status = ExitStatus::ok;
    std::vector<patch::Patch> late;
    patch::for_each_patch(session.connection(), selected, [&](patch::Patch patch) {
      late.push_back(std::move(patch));
      constexpr std::size_t k_page = 500;
      if (late.size() < k_page) return;
      status = worse(status, print(session, *acts, *out, late));
      late.clear();
    });
    status = worse(status, print(session, *acts, *out, late));
    out->finish();
    return status;
  }

 private:
  ExitStatus print(Session& session, LifecycleService& acts, Printer& out,
                   const std::vector<patch::Patch>& patches) const {
    ExitStatus status = ExitStatus::ok;
    std::vector<std::uint64_t> ids;
    ids.reserve(patches.size());
    for (const patch::Patch& one : patches) ids.push_back(one.id);
    std::map<std::uint64_t, std::vector<patch::Event>> events;
    for (patch::Event& one : patch::events_of(session.connection(), ids)) {
      events[one.patch].push_back(std::move(one));
    }
    for (const patch::Patch& patch : patches) {
      const std::string name = patch::name_of(patch, session.names());
      const ExitStatus one = unless_faulty(session, name, [&] {
        if (print_one(session, acts, out, patch, events[patch.id])) {
          status = worse(status, ExitStatus::no);
        }
      });
      status = worse(status, one);
    }
    return status;
  }

  /// @returns whether it is overdue
  bool print_one(Session& session, LifecycleService& acts, Printer& out, const patch::Patch& patch,
                 const std::vector<patch::Event>& events) const {
    const std::string name = patch::name_of(patch, session.names());
    const std::int64_t version = patch.lifecycle_version ? *patch.lifecycle_version
                                                         : acts.library().newest(*patch.lifecycle);
    const Definition& definition = acts.library().get(*patch.lifecycle, version);
    if (definition.find(*patch.state) == nullptr) {
      throw Error(ExitStatus::partial, fmt::format("{} is in '{}', a state that {} does not have",
                                                   name, printable(*patch.state), definition.name));
    }
    const auto found =
        overdue_of(patch, definition, events, session.config().patch, session.io.now());
    for (const Overdue& one : found) {
      out.print(overdue_record(patch, one, session.names()));
    }
    if (!m_tell || found.empty()) return !found.empty();
    constexpr std::size_t k_day = 10;
    const Overdue& first = found.front();
    if (first.reminded_at.substr(0, k_day) == iso8601(session.io.now()).substr(0, k_day))
      return true;
    const std::string whom = first.who.empty() ? first.nudge : first.nudge + " " + first.who;
    acts.work_log().remind(patch, whom);
    if (session.common.dry_run)
      session.io.note(fmt::format("{}: {} would be reminded", name, whom));
    return true;
  }

  std::vector<std::string> m_operands;
  bool m_tell = false;
};

}  // namespace

Commands waiting_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Blockers>());
  commands.push_back(std::make_unique<OverdueList>());
  return commands;
}

}  // namespace upkeep::tools
