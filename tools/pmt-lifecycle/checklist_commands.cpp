// SPDX-License-Identifier: MIT
// attach, show, history, tick, untick, vote, unvote.
#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/lifecycle/show_page.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_cli/history_command.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class Attach final : public Command {
 public:
  const char* name() const override { return "attach"; }
  const char* summary() const override { return "Attach a lifecycle to a patch"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch or request; - reads them from stdin")
        ->type_name("PATCH")
        ->required();
    app.add_option("lifecycle", m_lifecycle, "The lifecycle")->type_name("LIFECYCLE")->required();
    app.add_flag("--replace", m_replace, "Replace an existing lifecycle and start again");
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-lifecycle");
    const auto acts = service(session);
    Library& library = acts->library();
    m_lifecycle = library.called(m_lifecycle);
    const std::int64_t version = library.newest(m_lifecycle);
    return session.for_each_named({m_patch}, true, [&](const patch::Patch& patch) {
      acts->attacher().attach(patch, m_lifecycle, m_replace, session.why);
      if (!session.common.dry_run) return;
      session.io.note(fmt::format("{}: {} would be attached, and its state would be '{}'{}",
                                  patch::name_of(patch, session.names()), m_lifecycle,
                                  library.get(m_lifecycle, version).initial,
                                  patch.state ? fmt::format(", not '{}' of {}", *patch.state,
                                                            patch.lifecycle.value_or("none"))
                                              : ""));
    });
  }

 private:
  std::string m_patch, m_lifecycle;
  bool m_replace = false;
};

class Show final : public Command {
 public:
  const char* name() const override { return "show"; }
  const char* summary() const override {
    return "Show the state of patches, and what blocks each event";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names, 4.4.0-1 for short; - reads them from stdin")
        ->type_name("PATCH");
  }
  ExitStatus run(Session& session) override {
    const bool page = session.wants_page();
    const auto out = page ? nullptr : session.printer(show_columns());
    const TextStyle style = session.page_style();
    const auto acts = service(session);
    bool first = true;
    const ExitStatus status =
        session.for_each_named(m_patches, true, [&](const patch::Patch& patch) {
          const std::string name = patch::name_of(patch, session.names());
          const Position position = acts->positions().position_now(patch.id);
          const Rules rules = acts->positions().rules_for(position.patch);
          if (out) {
            out->print(show_record(position, rules, name, session.io.now()));
            return;
          }
          if (!first) session.io.out.write("\n");
          first = false;
          const auto back = sent_back(patch::events_of(session.connection(), patch.id));
          session.io.out.write(show_page(position, rules, name, back, style));
        });
    if (out) out->finish();
    return status;
  }

 private:
  std::vector<std::string> m_patches;
};

Checklist::Mark mark(bool set) {
  return set ? Checklist::Mark::set : Checklist::Mark::take_back;
}

class TickItems final : public Command {
 public:
  explicit TickItems(bool ticked) : m_ticked(ticked) {}
  const char* name() const override { return m_ticked ? "tick" : "untick"; }
  const char* summary() const override {
    return m_ticked ? "Tick items of a patch's checklist" : "Remove ticks";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch; - reads them from stdin")
        ->type_name("PATCH")
        ->required();
    app.add_option(
           "item", m_items,
           "Its number, its text, a unique beginning of its text, numbers like 1-6,8, or all")
        ->type_name("ITEM")
        ->required();
  }
  ExitStatus run(Session& session) override {
    return for_each_act(session, {m_patch}, [&](LifecycleService& acts, const patch::Patch& patch) {
      Ticked done = acts.checklist().tick(patch, m_items, mark(m_ticked), session.why);
      if (done.reasons.empty() && (done.changed.empty() || session.common.dry_run)) {
        session.io.note(patch::name_of(patch, session.names()) + ": " + described(done.changed));
      }
      return std::move(done.reasons);
    });
  }

 private:
  [[nodiscard]] std::string described(const std::vector<std::string>& changed) const {
    if (changed.empty()) return m_ticked ? "already ticked" : "not ticked";
    return fmt::format("'{}' would be {}", join(changed, "', '"), m_ticked ? "ticked" : "unticked");
  }

  bool m_ticked;
  std::string m_patch;
  std::vector<std::string> m_items;
};

class Vote final : public Command {
 public:
  explicit Vote(bool cast) : m_cast(cast) {}
  const char* name() const override { return m_cast ? "vote" : "unvote"; }
  const char* summary() const override {
    return m_cast ? "Vote for an event that requires votes" : "Withdraw your vote";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch; - reads them from stdin")
        ->type_name("PATCH")
        ->required();
    app.add_option("event", m_event, "The event")->type_name("EVENT")->required();
  }
  ExitStatus run(Session& session) override {
    return for_each_act(session, {m_patch}, [&](LifecycleService& acts, const patch::Patch& patch) {
      Voted done = acts.checklist().vote(patch, m_event, mark(m_cast), session.why);
      const std::string name = patch::name_of(patch, session.names());
      if (done.reasons.empty() && !done.changed) {
        session.io.note(fmt::format("{}: you have {} for {}", name, m_cast ? "voted" : "not voted",
                                    printable(m_event)));
      } else if (done.reasons.empty() && session.common.dry_run) {
        session.io.note(fmt::format("{}: your vote for {} would be {}", name, printable(m_event),
                                    m_cast ? "cast" : "withdrawn"));
      }
      return std::move(done.reasons);
    });
  }

 private:
  bool m_cast;
  std::string m_patch, m_event;
};

}  // namespace

Commands checklist_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Attach>());
  commands.push_back(std::make_unique<Show>());
  commands.push_back(patch_cli::history_command());
  commands.push_back(std::make_unique<TickItems>(true));
  commands.push_back(std::make_unique<TickItems>(false));
  commands.push_back(std::make_unique<Vote>(true));
  commands.push_back(std::make_unique<Vote>(false));
  return commands;
}

}  // namespace upkeep::tools
