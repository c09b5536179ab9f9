// SPDX-License-Identifier: MIT
// move, promote, demote, undo, migrate.
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/lookup.hpp"
#include "patch/lifecycle/move_preview.hpp"
#include "patch/lifecycle/state_dates.hpp"
#include "patch/model/state_words.hpp"
#include "patch/registry/records.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::tools {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): these commands are all
                                   // that

class Move final : public Command {
 public:
  /// @param event empty: it is an operand
  Move(const char* name, const char* event)
      : m_name(name), m_event(event), m_fixed(*event != '\0') {}
  const char* name() const override { return m_name; }
  const char* summary() const override {
    if (!m_fixed) return "Move a patch to another state by an event";
    return m_event == "Promote" ? "move ... Promote" : "move ... Demote";
  }
  void declare(CLI::App& app) override {
    if (m_fixed) {
      app.add_option("patch", m_patches, "The patches; - reads them from stdin")
          ->type_name("PATCH");
    } else {
      app.add_option("patch", m_patch, "The patch; - reads them from stdin")
          ->type_name("PATCH")
          ->required();
      app.add_option("event", m_event, "The event, as 'show' names it")
          ->type_name("EVENT")
          ->required();
    }
    app.add_option("--time", m_time, "The time spent: 90m, 2h30m, 1d")->type_name("DURATION");
    app.add_option("--comment", m_comment, "For the history")->type_name("TEXT");
    app.add_option("--from", m_from, "Only if it is in this state")->type_name("STATE");
    app.add_option("--input", m_inputs, "An input of the event; may be repeated")
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
  }
  void check(cli::CommonOptions& /*common*/) override {
    for (const std::string& one : m_inputs) {
      const auto equals = one.find('=');
      if (equals == std::string::npos || equals == 0) {
        throw UsageError(fmt::format("--input {}: not KEY=VALUE", printable(one)));
      }
      if (!m_request.inputs.emplace(one.substr(0, equals), one.substr(equals + 1)).second) {
        throw UsageError(fmt::format("--input {}: given twice", printable(one)));
      }
    }
  }
  ExitStatus run(Session& session) override {
    m_request.event = m_event;
    m_request.from = m_from;
    m_request.comment = session.history_comment(m_comment);
    if (!m_time.empty()) m_request.time = parse_duration(m_time, session.config().patch);
    if (!m_fixed) m_patches = {m_patch};
    return for_each_act(session, m_patches, [&](LifecycleService& acts, const patch::Patch& patch) {
      const std::string description =
          session.common.dry_run
              ? spelled_move(acts.positions().position(patch), m_request.event,
                             session.config().patch, session.type(), iso8601(session.io.now()))
              : "";
      auto reasons = acts.mover().move(patch, m_request);
      if (reasons.empty() && !description.empty()) {
        session.io.note(patch::name_of(patch, session.names()) + ": " + description);
      }
      return reasons;
    });
  }

 private:
  const char* m_name;
  std::string m_event;
  bool m_fixed;
  std::vector<std::string> m_patches, m_inputs;
  std::string m_patch, m_time, m_comment, m_from;
  MoveRequest m_request;
};

class Undo final : public Command {
 public:
  const char* name() const override { return "undo"; }
  const char* summary() const override { return "Undo a patch's last move"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "The patch; - reads them from stdin")->type_name("PATCH");
  }
  ExitStatus run(Session& session) override {
    return for_each_act(session, m_patches, [&](LifecycleService& acts, const patch::Patch& patch) {
      Undone undone = acts.undoer().undo(patch, session.why);
      if (undone.reasons.empty()) {
        session.io.note(patch::name_of(patch, session.names()) + ": " + described(session, undone));
      }
      return std::move(undone.reasons);
    });
  }

 private:
  /// What the undo removes, and what stays.
  static std::string described(Session& session, const Undone& undone) {
    const auto spelled = [&](const patch::Event& event) {
      return spelled_duration(*event.time, session.config().patch);
    };
    std::string text = fmt::format(
        "{} {} of {} at {}: '{}' again, not '{}'", session.common.dry_run ? "would undo" : "undid",
        undone.move.changes.front().key, undone.move.actor, undone.move.at, undone.from, undone.to);
    if (undone.move.time) text += fmt::format("; its time, {}, is removed", spelled(undone.move));
    if (undone.release) text += fmt::format("; the release date {} is removed", *undone.release);
    if (undone.release_before) text += fmt::format(", {} holds again", *undone.release_before);
    text += spelled_dates(undone.dates);
    for (const auto& one : undone.cleared) {
      text += fmt::format("; '{}' is not ticked again: it attested another value of {}", one.item,
                          fmt::join(one.keys, ", "));
    }
    std::string kept;
    for (const patch::Event& one : undone.kept) {
      if (!kept.empty()) kept += ", ";
      kept += one.action;
      if (one.time) kept += fmt::format(" {} (event {})", spelled(one), one.id);
    }
    if (!kept.empty()) text += "; later changes that are kept: " + kept;
    return text;
  }

  std::vector<std::string> m_patches;
};

class Migrate final : public Command {
 public:
  const char* name() const override { return "migrate"; }
  const char* summary() const override {
    return "Migrate patches to the newest version of their lifecycle";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_operands,
                   "Names, or selector terms (see upkeep-select(7)); - for stdin")
        ->type_name("PATCH|TERM")
        ->required();
    app.add_option("--to", m_version, "This version")->type_name("VERSION");
    app.add_option("--map", m_maps, "A state that has another name there; may be repeated")
        ->type_name("OLD=NEW")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
  }
  void check(cli::CommonOptions& /*common*/) override {
    for (const std::string& one : m_maps) {
      const auto equals = one.find('=');
      const std::string from(trim(one.substr(0, equals)));
      const std::string to(equals == std::string::npos ? "" : trim(one.substr(equals + 1)));
      if (from.empty() || to.empty()) {
        throw UsageError(fmt::format("--map {}: not OLD=NEW", printable(one)));
      }
      const bool again = std::any_of(m_names.begin(), m_names.end(), [&](const auto& other) {
        return patch::denotes_state(other.first, from);
      });
      if (again) {
        throw UsageError(
            fmt::format("--map {}: '{}' is given twice", printable(one), printable(from)));
      }
      m_names.emplace(from, to);
    }
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-lifecycle");
    const auto acts = service(session);
    std::vector<patch::Patch> patches;
    ExitStatus status = for_each_meant(session, m_operands, [&](patch::Patch patch) {
      patch.fields.clear();  // there may be many, and only their positions are needed
      patches.push_back(std::move(patch));
    });
    acts->attacher().check_names(patches, m_version, m_names);
    const auto out = session.printer({"patch", "from", "to", "state", "kept", "dropped"});
    ExitStatus refused = ExitStatus::ok;
    std::vector<std::string> was;  // the states of migrated patches
    for (const patch::Patch& one : patches) {
      const std::string name = patch::name_of(one, session.names());
      const auto work = [&] {
        try {
          const auto done = acts->attacher().migrate(one, m_version, m_names, session.why);
          if (!done) return;
          was.push_back(done->was);
          out->print({name, done->from, done->to, done->state,
                      ValueList(done->kept.begin(), done->kept.end()),
                      ValueList(done->dropped.begin(), done->dropped.end())});
        } catch (const Error& error) {
          if (error.status() != ExitStatus::no && error.status() != ExitStatus::partial) throw;
          session.io.error(error);
          refused = worse(refused, error.status());
        }
      };
      status = worse(status, unless_faulty(session, name, work));
    }
    out->finish();
    warn_of_unused(session, was);
    return worse(status, refused);
  }

 private:
  /// @param was the states of migrated patches
  void warn_of_unused(Session& session, const std::vector<std::string>& was) const {
    for (const auto& [from, to] : m_names) {
      if (patch::is_one_of(was, from)) continue;
      session.io.warning(fmt::format("--map {}={}: no migrated patch is in '{}'", printable(from),
                                     printable(to), printable(from)));
    }
  }

  std::vector<std::string> m_operands, m_maps;
  std::map<std::string, std::string> m_names;  // of states, old to new
  std::optional<std::int64_t> m_version;
};

}  // namespace

Commands move_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Move>("move", ""));
  commands.push_back(std::make_unique<Move>("promote", "Promote"));
  commands.push_back(std::make_unique<Move>("demote", "Demote"));
  commands.push_back(std::make_unique<Undo>());
  commands.push_back(std::make_unique<Migrate>());
  return commands;
}

}  // namespace upkeep::tools
