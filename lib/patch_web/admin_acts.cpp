// SPDX-License-Identifier: MIT
#include "patch_web/admin_acts.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/call_rules.hpp"
#include "patch/lifecycle/outbox.hpp"
#include "patch/query/query.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/choice_store.hpp"
#include "patch_web/admin_parts.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch_web {

namespace {

constexpr std::size_t k_most_patches = 200;

void need_roles(const Visit& visit, const char* of_the_act) {
  visit.need_granted_role(k_admin_role);
  visit.need_role(of_the_act);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    if (const auto plain = trim(line); !plain.empty()) lines.emplace_back(plain);
  }
  return lines;
}

std::string typed(const web::Parameters& form, const char* name) {
  return std::string(trim(form.get(name)));
}

/// @throws FieldFaults for a line that is not OLD=NEW
std::map<std::string, std::string> renamed_states(const web::Parameters& form) {
  std::map<std::string, std::string> names;
  for (const std::string& line : lines_of(form.get("map"))) {
    const auto equals = line.find('=');
    const std::string from(trim(line.substr(0, equals)));
    const std::string to(equals == std::string::npos ? "" : trim(line.substr(equals + 1)));
    if (from.empty() || to.empty()) {
      throw FieldFaults("map", fmt::format("'{}' is not OLD=NEW", printable(line)));
    }
    if (!names.emplace(from, to).second) {
      throw FieldFaults("map", fmt::format("'{}' is given twice", printable(from)));
    }
  }
  return names;
}

std::optional<std::int64_t> wanted_version(const web::Parameters& form) {
  const std::string text = typed(form, "to");
  if (text.empty()) return std::nullopt;
  const auto number = to_integer(text);
  if (!number || *number < 1) {
    throw FieldFaults("to", fmt::format("'{}' is not the number of a version", printable(text)));
  }
  return *number;
}

std::vector<patch::Patch> meant_patches(Visit& visit, const std::string& q) {
  if (q.empty()) throw FieldFaults("q", "say which patches, like lifecycle=PatchLifeCycle");
  patch::SelectorSql selected = visit.select(patch::query_words(q));
  if (!selected.limit || *selected.limit > k_most_patches) selected.limit = k_most_patches + 1;
  auto patches = patch::select_patches(visit.connection(), selected);
  if (patches.size() > k_most_patches) {
    throw FieldFaults("q", fmt::format("more than {} patches; add terms, or limit:{}",
                                       k_most_patches, k_most_patches));
  }
  return patches;
}

/// One patch; what refuses it is its own matter.
MigrationRow migrated(Visit& visit, patch::lifecycle::Attacher& attacher, const patch::Patch& patch,
                      const Migration& wanted) {
  MigrationRow row{.patch = patch::name_of(patch, visit.names())};
  try {
    row.done = attacher.migrate(patch, wanted.to, wanted.names, wanted.why);
  } catch (const patch::AlreadyDone& before) {
    row.problem = before.same() ? visit.texts().admin.already : before.what();
  } catch (const Error& error) {
    if (error.status() != ExitStatus::no && error.status() != ExitStatus::partial) throw;
    row.problem = error.what();
  }
  return row;
}

/// What a definition requires and this registry does not have.
std::vector<patch::Finding> findings_here(Visit& visit,
                                          const patch::lifecycle::Definition& definition) {
  patch::lifecycle::Configured configured;
  if (visit.config().patch.roles) {
    configured.roles.emplace();
    for (const auto& role : *visit.config().patch.roles) configured.roles->insert(role.first);
  }
  configured.executors.reserve(visit.config().executors.size());
  for (const auto& one : visit.config().executors) configured.executors.push_back(one.first);
  return registry_findings(definition, visit.type(), configured);
}

}  // namespace

web::Response revive_form(Visit& visit, const Names& /*names*/, const web::Parameters& /*form*/,
                          const FormKeys& keys) {
  visit.need_granted_role(k_admin_role);
  patch::lifecycle::Outbox(visit.connection(), visit.config(), visit.registry()).revive_dead();
  return done(keys, visit.address("/admin"), std::nullopt);
}

web::Response attach_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                          const FormKeys& keys) {
  need_roles(visit, "pmt-lifecycle");
  const std::string name = typed(form, "patch"), lifecycle = typed(form, "lifecycle");
  if (name.empty()) throw FieldFaults("patch", "name the patch or the request");
  const patch::Patch patch = visit.patch_called(name);
  auto& acts = visit.lifecycle();
  acts.attacher().attach(patch, acts.library().called(lifecycle), form.has("replace"),
                         typed(form, "why"));
  return done(keys, visit.patch_address(patch::name_of(patch, visit.names())), visit.first_event());
}

web::Response migrate_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                           const FormKeys& keys) {
  need_roles(visit, "pmt-lifecycle");
  Migration wanted{.q = typed(form, "q"), .why = typed(form, "why"), .map = form.get("map")};
  wanted.to = wanted_version(form);
  wanted.names = renamed_states(form);
  wanted.sure = form.has("sure");
  const auto patches = meant_patches(visit, wanted.q);
  visit.lifecycle().attacher().check_names(patches, wanted.to, wanted.names);
  std::vector<MigrationRow> rows;
  rows.reserve(patches.size());
  for (const patch::Patch& one : patches) {
    if (wanted.sure) visit.act_once(fmt::format("{}/{}", keys.once, one.id), keys.digest);
    auto& acts = wanted.sure ? visit.lifecycle() : visit.rehearsal();
    MigrationRow row = migrated(visit, acts.attacher(), one, wanted);
    if (row.done || !row.problem.empty()) rows.push_back(std::move(row));
  }
  return migration_page(visit, wanted, rows);
}

web::Response choices_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                           const FormKeys& keys) {
  need_roles(visit, "pmt-fields");
  const std::string list = typed(form, "list");
  patch::check_choice_list(list);
  const auto values = lines_of(form.get("values"));
  if (values.empty()) throw FieldFaults("values", "no values are given");
  const std::string act = form.get("act");
  if (act == "add") {
    patch::add_choices(visit.connection(), list, values);
  } else if (act == "remove") {
    const auto there = patch::choices(visit.connection(), list);
    const auto missing = patch::remove_choices(visit.connection(), list, values);
    if (!missing.empty()) {
      throw web::Refusal("unknown",
                         fmt::format("{} has no value '{}'", list, printable(missing.front())),
                         did_you_mean(missing.front(), there, "nothing was removed"));
    }
  } else {
    throw web::Refusal("request", "'act' is neither add nor remove");
  }
  return done(keys, visit.address("/admin?list=" + web::url_encoded(list)), std::nullopt);
}

web::Response alias_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                         const FormKeys& keys) {
  need_roles(visit, "pmt-fields");
  const std::string list = typed(form, "list"), alias = typed(form, "alias");
  patch::check_choice_list(list);
  if (alias.empty()) throw FieldFaults("alias", "an alias needs a name");
  const bool removes = form.has("remove");
  const std::string value = removes ? "" : typed(form, "value");
  if (value.empty() && !removes) throw FieldFaults("value", "an alias stands for a value");
  if (!patch::set_alias(visit.connection(), list, alias, value) && removes) {
    throw web::Refusal("unknown", fmt::format("{} has no alias '{}'", list, printable(alias)));
  }
  return done(keys, visit.address("/admin?list=" + web::url_encoded(list)), std::nullopt);
}

web::Response load_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                        const FormKeys& keys) {
  need_roles(visit, "pmt-lifecycle");
  const std::string name = typed(form, "name");
  LoadedText text{.xml = replace_all(form.get("xml"), "\r\n", "\n"), .name = name};
  if (trim(text.xml).empty()) throw FieldFaults("xml", "there is no definition");
  auto reading = patch::lifecycle::read_lifecycle(text.xml, name);
  const std::string& own = reading.definition.name;
  if (own.empty()) throw FieldFaults("name", "the definition has no name: give it one");
  if (!name.empty() && own != name) {
    throw FieldFaults("name", fmt::format("the definition names it {}", printable(own)));
  }
  text.has_errors = reading.has_errors();
  if (form.has("sure") && !text.has_errors) {
    const auto version = visit.lifecycle().library().load(reading, visit.user()).first;
    return done(
        keys,
        visit.address(fmt::format("/lifecycles/{}?version={}", web::url_encoded(own), version)),
        std::nullopt);
  }
  text.called = own;
  text.findings = std::move(reading.findings);
  if (!text.has_errors) {
    for (auto& one : findings_here(visit, reading.definition)) {
      text.findings.push_back(std::move(one));
    }
  }
  return findings_page(visit, text, form.has("sure"));
}

}  // namespace upkeep::patch_web
