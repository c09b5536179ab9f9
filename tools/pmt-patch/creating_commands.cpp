// SPDX-License-Identifier: MIT
// request, new.
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/shared_jars.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/store.hpp"
#include "patch_cli/short_options.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

#include <functional>

namespace upkeep::tools {

namespace {

using patch_cli::ShortOptions;

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

/// Creates, and names every duplicate if the new one must be unique and is not.
patch::Patch created(Session& session, const std::function<patch::Patch()>& create) {
  try {
    return create();
  } catch (const patch::NotUnique& error) {
    warn_of(session, error.found());
    throw;
  }
}

constexpr const char* k_unique = "Refuse (1) if it repeats an open request or a patch";

class Request final : public Command {
 public:
  const char* name() const override { return "request"; }
  std::vector<std::string> columns() const override { return {"queue"}; }
  const char* summary() const override { return "Queue a request for a patch; prints its id"; }
  void declare(CLI::App& app) override {
    m_short.declare(app);
    app.add_option("--platform", m_platform, "The platform it is needed for")->type_name("VERSION");
    m_fields.declare(app, false);
    app.add_flag("--unique", m_unique, k_unique);
  }
  void check(cli::CommonOptions& /*common*/) override {
    m_short.check();
    (void)m_fields.edits();
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-request");
    auto values = m_short.values();
    if (!m_platform.empty()) values.push_back({"--platform", "platform", m_platform});
    const patch::NewRequest wanted{
        .fields = all_edits(session, values, m_fields), .why = session.why, .unique = m_unique};
    const patch::Patch request = created(
        session, [&] { return session.registry().request(wanted, session.common.dry_run); });
    if (!session.common.dry_run) {
      session.print_all(columns(), {{patch::queue_id(*request.queue)}});
      session.io.out.flush();
    }
    if (!m_unique) {
      warn_of(session,
              session.registry().duplicates({.fields = request.fields, .queue = request.queue}));
    }
    if (session.common.dry_run) {
      session.io.note("a request would be queued");
    }
    return ExitStatus::ok;
  }

 private:
  std::string m_platform;
  bool m_unique = false;
  ShortOptions m_short;
  FieldOptions m_fields;
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

class New final : public Command {
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
    m_fields.declare(app, false);
    app.add_flag("--unique", m_unique, k_unique);
  }
  void check(cli::CommonOptions& /*common*/) override {
    m_short.check();
    (void)m_fields.edits();
    if (m_platform.empty() && m_from.empty()) {
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
    session.need_role("pmt-new");
    wanted.fields = all_edits(session, m_short.values(), m_fields);
    wanted.unique = m_unique;
    check_platforms(session, wanted);
    const patch::Patch made =
        created(session, [&] { return session.registry().create(wanted, session.common.dry_run); });
    const auto warn = [&] {
      if (m_unique) return;
      warn_of(session, session.registry().duplicates(
                           {made.fields, made.ref, wanted.from, wanted.ported_from}));
    };
    if (session.common.dry_run) {
      warn();
      session.io.note(
          fmt::format("a patch{} would be created{}", m_platform.empty() ? "" : " of " + m_platform,
                      wanted.from ? fmt::format(" from {}", patch::queue_id(*wanted.from)) : ""));
      return ExitStatus::ok;
    }
    session.print_all(columns(), {{session.names().format(*made.ref)}});
    session.io.out.flush();  // the number is known before the index catches up
    warn();
    warn_of_shared_jars(session, made);
    session.changed();
    return ExitStatus::ok;
  }

 private:
  std::string m_platform, m_from, m_category, m_source, m_lifecycle;
  bool m_unique = false;
  ShortOptions m_short;
  FieldOptions m_fields;
};

}  // namespace

Commands creating_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Request>());
  commands.push_back(std::make_unique<New>());
  return commands;
}

}  // namespace upkeep::tools
