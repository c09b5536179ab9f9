// SPDX-License-Identifier: MIT
// request, new.
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/registry/shared_jars.hpp"
#include "patch/store/choice_store.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/store.hpp"
#include "patch_cli/form_editing.hpp"
#include "patch_cli/short_options.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

#include <functional>

namespace upkeep::tools {

namespace {

using patch_cli::ShortOptions;

/// A single operand is the description; the name of a product is none.
void refuse_lone_product(Session& session, const std::string& operand) {
  if (operand.empty()) return;
  const auto products = patch::ProductNames::of(session.connection());
  const std::string key = products.key(operand);
  for (const std::string& one : patch::choices(session.connection(), "products")) {
    if (key.empty() || products.key(one) != key) continue;
    throw UsageError(
        fmt::format("'{}' is a product, and there is no description", printable(operand)),
        "add one as the second operand, or use --product");
  }
}

/// Fields by their short names, and with --set.
std::vector<patch::FieldEdit> all_edits(Session& session,
                                        const std::vector<patch::ShortValue>& values,
                                        const FieldOptions& fields) {
  auto edits = patch::edits_of(values, session.type(), session.config().patch);
  for (patch::FieldEdit& one : fields.edits()) edits.push_back(std::move(one));
  return edits;
}

/// The field repeats the platform of the patch: --set must not give it another one.
void check_platforms(Session& session, const patch::NewPatch& wanted) {
  for (const patch::FieldEdit& one : wanted.fields) {
    if (wanted.platform.empty() || one.value == wanted.platform) continue;
    if (patch::field_called(session.type(), session.config().patch, one.key).key !=
        patch::k_platform_key) {
      continue;
    }
    throw UsageError(fmt::format("--platform {} and --set {}={} contradict each other",
                                 wanted.platform, one.key, printable(one.value)),
                     "omit --set");
  }
}

void warn_of(Session& session, const patch::Duplicates& found) {
  for (const patch::Duplicate& one : found.named) {
    session.io.warning(patch::to_text(one, session.names()));
  }
  if (found.others > 0) {
    session.io.warning(
        fmt::format("and {} more with the same JIRA key, or client and jar", found.others));
  }
}

/// Creates, and names every duplicate if the new one must be unique and is not; the error names the
/// first one.
patch::Patch created(Session& session, const std::function<patch::Patch()>& create) {
  try {
    return create();
  } catch (const patch::NotUnique& error) {
    if (error.found().named.size() > 1) warn_of(session, error.found());
    throw;
  }
}

constexpr const char* k_unique = "Refuse (1) if it repeats an open request or a patch";
constexpr const char* k_edit = "Fill in a form with $EDITOR, starting from the other options";

/// Makes something of the edits of a form.
using Make = std::function<void(const std::vector<patch::FieldEdit>&)>;

void fill_in_request(Session& session, const patch::NewRequest& wanted, const Make& make) {
  const patch::Form form(session.type(), session.config().patch, patch::FieldRules::Subject::made);
  patch_cli::fill_in(session, form,
                     {.name = "upkeep-request",
                      .heading = {"A request for a patch."},
                      .nothing = "no request was queued",
                      .stored = {},
                      .shown = session.registry().draft(wanted),
                      .act = make});
}

/// @param wanted category and platform are moved into the form if the type has such fields
void fill_in_patch(Session& session, patch::NewPatch& wanted, const Make& make) {
  const patch::Form form(session.type(), session.config().patch, patch::FieldRules::Subject::made);
  wanted.seen = session.registry().given(wanted);
  patch::Document shown = session.registry().draft(wanted);
  if (session.type().find(patch::k_category_key) != nullptr) wanted.category.clear();
  if (session.type().find(patch::k_platform_key) != nullptr) wanted.platform.clear();
  wanted.fields.clear();
  patch_cli::fill_in(session, form,
                     {.name = "upkeep-patch",
                      .heading = {"A new patch."},
                      .nothing = "no patch was created",
                      .stored = session.registry().draft(wanted),
                      .shown = std::move(shown),
                      .act = make});
}

/// What both commands have in common: fields from the command line or a form, and duplicates.
class Creating : public Command {
 public:
  void check(cli::CommonOptions& /*common*/) override {
    m_short.check();
    (void)m_fields.edits();
  }

 protected:
  using Create = std::function<patch::Patch(const std::vector<patch::FieldEdit>&)>;

  void declare_rest(CLI::App& app) {
    m_fields.declare(app, false);
    app.add_flag("--unique", m_unique, k_unique);
    app.add_flag("--edit", m_edit, k_edit);
  }
  /// What is checked before the registry is read for the new one. @throws Error
  void begin(Session& session, const char* role) const {
    session.need_role(role);
    if (m_edit) session.refuse_editor_under_sudo();
    refuse_lone_product(session, m_short.lone_operand());
  }
  /// Creates it from `edits`, or with --edit from those that `ask` gets in a form.
  patch::Patch made(Session& session, const std::vector<patch::FieldEdit>& edits,
                    const Create& create, const std::function<void(const Make&)>& ask) const {
    patch::Patch result;
    const Make make = [&](const std::vector<patch::FieldEdit>& fields) {
      result = created(session, [&] { return create(fields); });
    };
    m_edit ? ask(make) : make(edits);
    return result;
  }
  /// Prints its name, before anything that takes time, and names what it may repeat. In a dry run
  /// that is the name that it would get now.
  void announce(Session& session, const std::string& name, const patch::Newcomer& newcomer) const {
    session.print_all(columns(), {{name}});
    session.io.out.flush();
    if (!m_unique) warn_of(session, session.registry().duplicates(newcomer));
  }

  bool m_unique = false, m_edit = false;
  ShortOptions m_short;
  FieldOptions m_fields;
};

class Request final : public Creating {
 public:
  const char* name() const override { return "request"; }
  std::vector<std::string> columns() const override { return {"queue"}; }
  const char* summary() const override { return "Queue a request for a patch; prints its id"; }
  void declare(CLI::App& app) override {
    m_short.declare(app);
    app.add_option("--platform", m_platform, "The platform it is needed for")->type_name("VERSION");
    declare_rest(app);
  }
  ExitStatus run(Session& session) override {
    begin(session, "pmt-request");
    auto values = m_short.values();
    if (!m_platform.empty()) values.push_back({"--platform", "platform", m_platform});
    const auto edits = all_edits(session, values, m_fields);
    const bool dry_run = session.common.dry_run;
    const auto wanted = [&](const std::vector<patch::FieldEdit>& fields) {
      return patch::NewRequest{.fields = fields, .why = session.why, .unique = m_unique};
    };
    const patch::Patch request = made(
        session, edits,
        [&](const auto& fields) { return session.registry().request(wanted(fields), dry_run); },
        [&](const Make& make) { fill_in_request(session, wanted(edits), make); });
    announce(session, patch::queue_id(*request.queue),
             {.fields = request.fields, .queue = request.queue});
    if (dry_run) session.io.note("a request would be queued");
    return ExitStatus::ok;
  }

 private:
  std::string m_platform;
};

/// A fix to a jar that another unreleased patch changes must include that patch's change.
void warn_of_shared_jars(Session& session, const patch::Patch& made) {
  if (!made.fields.contains(patch::k_jars_key)) return;
  const auto patch = patch::find_patch(session.connection(), {made.ref, std::nullopt});
  if (!patch) return;
  for (const auto& [jar, other] :
       patch::shared_jars(session.connection(), *patch,
                          {session.type(), session.config().patch, session.names()})) {
    session.io.warning(fmt::format("{} is also in {}, which is not released ({})", jar,
                                   session.names().format(*other.ref),
                                   other.state.value_or("no state")));
  }
}

class New final : public Creating {
 public:
  const char* name() const override { return "new"; }
  std::vector<std::string> columns() const override { return {"patch"}; }
  const char* summary() const override {
    return "Create a patch: draws its number, prints its name";
  }
  void declare(CLI::App& app) override {
    m_short.declare(app);
    app.add_option("--platform", m_platform, "The platform; each has its own numbers")
        ->type_name("VERSION");
    app.add_option("--from", m_from, "Promote this request")->type_name("Q-N");
    app.add_option("--category", m_category, "normal, ported, critical, pre-QA, security ...")
        ->type_name("CATEGORY");
    app.add_option("--ported-from", m_source, "Copy the fields of this patch, and link to it")
        ->type_name("PATCH");
    app.add_option("--lifecycle", m_lifecycle, "Instead of [patch] lifecycle")->type_name("NAME");
    declare_rest(app);
  }
  void check(cli::CommonOptions& common) override {
    Creating::check(common);
    if (m_platform.empty() && m_from.empty() && !m_edit) {
      throw UsageError("new needs --platform", "a request may have one: --from Q-17");
    }
  }
  ExitStatus run(Session& session) override {
    patch::NewPatch wanted;
    wanted.platform = m_platform;
    wanted.category = trim(m_category);
    wanted.lifecycle = trim(m_lifecycle);
    wanted.why = session.why;
    if (!m_platform.empty()) patch::check_platform(m_platform);
    if (!m_from.empty()) wanted.from = queue_number(m_from);
    if (!m_source.empty()) wanted.ported_from = session.names().parse_or_throw(m_source);
    begin(session, "pmt-new");
    wanted.fields = all_edits(session, m_short.values(), m_fields);
    wanted.unique = m_unique;
    check_platforms(session, wanted);
    const auto edits = wanted.fields;
    const patch::Patch fresh = made(
        session, edits,
        [&](const auto& fields) {
          wanted.fields = fields;
          return session.registry().create(wanted, session.common.dry_run);
        },
        [&](const Make& make) { fill_in_patch(session, wanted, make); });
    announce(session, session.names().format(*fresh.ref),
             {fresh.fields, fresh.ref, wanted.from, wanted.ported_from});
    finish(session, wanted, fresh);
    return ExitStatus::ok;
  }

 private:
  static void finish(Session& session, const patch::NewPatch& wanted, const patch::Patch& made) {
    if (session.common.dry_run) {
      session.io.note(
          fmt::format("a patch of {} would be created{}", made.ref->platform,
                      wanted.from ? fmt::format(" from {}", patch::queue_id(*wanted.from)) : ""));
      return;
    }
    warn_of_shared_jars(session, made);
    session.changed();
  }

  std::string m_platform, m_from, m_category, m_source, m_lifecycle;
};

}  // namespace

Commands creating_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Request>());
  commands.push_back(std::make_unique<New>());
  return commands;
}

}  // namespace upkeep::tools
