// SPDX-License-Identifier: MIT
// edit, link, unlink.
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/registry/voider.hpp"
#include "patch_cli/form_editing.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace upkeep::tools {

namespace {

class Edit final : public Command {
 public:
  const char* name() const override { return "edit"; }
  const char* summary() const override { return "Change fields of patches, named or selected"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_operands,
                   "Names, or selector terms (see upkeep-select(7)); - for stdin")
        ->type_name("PATCH|TERM");
    m_fields.declare(app, true);
    app.add_option("--limit", m_limit, "Refuse (1) if more patches are selected")->type_name("N");
    app.add_flag("-y,--yes", m_yes, "More than one patch, without a limit");
    app.add_flag("--edit", m_edit, "Change one patch in a form, with $EDITOR");
  }
  void check(cli::CommonOptions& /*common*/) override {
    const auto edits = m_fields.edits();
    const bool any = std::any_of(edits.begin(), edits.end(), [](const patch::FieldEdit& one) {
      return one.kind != patch::FieldEdit::Kind::expect;
    });
    if (any && m_edit) {
      throw UsageError("--edit cannot be combined with --set, --add or --remove",
                       "change the values in the form");
    }
    if (!any && !m_edit) {
      throw UsageError("nothing to change", "use --set, --add, --remove or --edit");
    }
    if (m_limit && *m_limit < 0) throw UsageError("--limit: a negative number");
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-edit");
    if (m_edit) session.refuse_editor_under_sudo();
    (void)session.actor();
    std::vector<patch::Patch> patches;
    const ExitStatus status = choose(session, patches);
    if (status >= ExitStatus::usage) return status;  // all or nothing
    if (m_limit && patches.size() > static_cast<std::size_t>(*m_limit)) {
      throw Error(
          ExitStatus::no,
          fmt::format("{} patches are selected, more than --limit {}", patches.size(), *m_limit),
          "nothing was changed");
    }
    if (!m_limit && !m_yes && !m_edit && patches.size() > 1) {
      throw UsageError(fmt::format("{} patches are selected", patches.size()),
                       "use --yes or --limit N");
    }
    patch::Edited done;
    const auto change = [&](const std::vector<patch::FieldEdit>& edits) {
      done = session.registry().fields().edit(patches, edits, session.why, session.common.dry_run);
    };
    if (m_edit) {
      if (status != ExitStatus::ok) return status;
      in_form(session, patches, change);
    } else {
      change(m_fields.edits());
    }
    if (!patches.empty()) tell_idle(session, done.idle, patches);
    for (const patch::Cleared& one : done.cleared) {
      session.io.note(fmt::format("{}: '{}' {} ticked: it attested {}", one.patch, one.item,
                                  session.common.dry_run ? "would no longer be" : "is no longer",
                                  join(one.keys, ", ")));
    }
    if (session.common.dry_run) {
      session.io.note(fmt::format(
          "{} of {} patches would change{}", done.changed, patches.size(),
          patches.size() == 1 ? ": " + patch::name_of(patches[0], session.names()) : ""));
    } else {
      session.io.detail(fmt::format("{} of {} patches changed", done.changed, patches.size()));
      if (done.changed > 0) session.changed();
    }
    return status;
  }

 private:
  /// Lets the user change the fields of one patch.
  void in_form(Session& session, const std::vector<patch::Patch>& patches,
               const std::function<void(const std::vector<patch::FieldEdit>&)>& change) const {
    if (patches.size() != 1) {
      throw UsageError(fmt::format("--edit changes one patch, and {} are selected", patches.size()),
                       "name one");
    }
    const patch::Patch& patch = patches.front();
    patch::refuse_void(patch, session.names());
    const patch::Form form(session.type(), session.config().patch,
                           patch::FieldRules::Subject::existing);
    patch_cli::fill_in(session, form,
                       {.name = "upkeep-patch",
                        .heading = heading(session, patch),
                        .nothing = "nothing was changed",
                        .stored = patch.fields,
                        .shown = patch.fields,
                        .act = [&](std::vector<patch::FieldEdit> edits) {
                          for (auto& one : m_fields.edits()) edits.push_back(std::move(one));
                          change(edits);
                        }});
  }

  /// The patch's name, and why the actor may change only what no tick attests.
  static std::vector<std::string> heading(Session& session, const patch::Patch& patch) {
    std::vector<std::string> lines{patch::name_of(patch, session.names())};
    if (session.config().patch.attests.empty()) return lines;
    try {
      session.registry().guard().check_released(patch, "changing what a tick attests",
                                                session.actor().name, session.why);
    } catch (const Error& error) {
      lines.push_back(error.message());
    }
    return lines;
  }

  /// Reports edits that changed none of the patches: a mistake, or already done.
  static void tell_idle(Session& session, const std::vector<patch::FieldEdit>& idle,
                        const std::vector<patch::Patch>& patches) {
    const std::string where = patches.size() == 1
                                  ? patch::name_of(patches[0], session.names())
                                  : fmt::format("any of the {} patches", patches.size());
    for (const patch::FieldEdit& one : idle) {
      if (one.kind != patch::FieldEdit::Kind::remove) {
        session.io.detail(fmt::format("{}={}: unchanged", one.key, one.value));
        continue;
      }
      patch::Values there;
      for (const patch::Patch& patch : patches) {
        for (const auto& [key, values] : patch.fields) {
          if (key == field_key(session, one.key)) {
            there.insert(there.end(), values.begin(), values.end());
          }
        }
      }
      session.io.warning(fmt::format("--remove {}={}: there is no such value in {}; {}", one.key,
                                     ellipsized(one.value, 60), where,
                                     did_you_mean(one.value, there, "nothing was removed")));
    }
  }

  static std::string field_key(Session& session, const std::string& word) {
    const auto keys = patch::fields_of_key(session.type(), session.config().patch, word);
    return keys.size() == 1 ? keys.front() : word;
  }

  /// Chooses patches by name if all operands are names, otherwise by a selector.
  ExitStatus choose(Session& session, std::vector<patch::Patch>& patches) {
    std::set<std::uint64_t> seen;
    const auto take = [&](patch::Patch patch) {
      if (seen.insert(patch.id).second) patches.push_back(std::move(patch));
    };
    const bool terms = std::any_of(m_operands.begin(), m_operands.end(), [](const auto& word) {
      return word.find_first_of("=~<>") != std::string::npos || word.starts_with("sort:") ||
             word.starts_with("limit:");
    });
    if (!terms) return session.for_each_named(m_operands, true, take);
    patch::for_each_patch(session.connection(), session.select(m_operands), take);
    return ExitStatus::ok;
  }

  std::vector<std::string> m_operands;
  FieldOptions m_fields;
  std::optional<long long> m_limit;
  bool m_yes = false, m_edit = false;
};

class ChangeLink final : public Command {
 public:
  explicit ChangeLink(bool add) : m_add(add) {}
  const char* name() const override { return m_add ? "link" : "unlink"; }
  const char* summary() const override {
    return m_add ? "Link a patch to another" : "Remove a link";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_from, "The patch or request")->type_name("PATCH")->required();
    app.add_option("type", m_type, "requires, supersedes, ported-from or conflicts")
        ->type_name("TYPE")
        ->required();
    app.add_option("target", m_to, "The other patch")->type_name("PATCH")->required();
  }
  void check(cli::CommonOptions& /*common*/) override { patch::check_link_type(m_type); }
  ExitStatus run(Session& session) override {
    const patch::Subject from = patch::subject_called(session.names(), m_from);
    const patch::Link link{m_type, session.names().parse_or_throw(m_to)};
    session.need_role("pmt-edit");
    patch::Registry& registry = session.registry();
    const bool dry_run = session.common.dry_run;
    const bool changed = m_add ? registry.links().link(from, link, session.why, dry_run)
                               : registry.links().unlink(from, link, session.why, dry_run);
    const std::string name =
        from.ref ? session.names().format(*from.ref) : patch::queue_id(*from.queue);
    const std::string what =
        fmt::format("{} {} {}", name, link.type, session.names().format(link.target));
    if (changed) {
      if (dry_run) {
        session.io.note(fmt::format("{}: would be {}", what, m_add ? "linked" : "unlinked"));
      }
      return ExitStatus::ok;
    }
    if (!m_add) throw Error(ExitStatus::no, what + ": there is no such link");
    session.io.detail(what + ": already linked");
    return ExitStatus::ok;
  }

 private:
  bool m_add;
  std::string m_from, m_type, m_to;
};

}  // namespace

Commands changing_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Edit>());
  commands.push_back(std::make_unique<ChangeLink>(true));
  commands.push_back(std::make_unique<ChangeLink>(false));
  return commands;
}

}  // namespace upkeep::tools
