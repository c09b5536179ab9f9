// SPDX-License-Identifier: MIT
// /admin: notifications that were abandoned, lifecycles of patches, pick lists.
#include "base/text.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/outbox.hpp"
#include "patch/store/choice_store.hpp"
#include "patch_web/admin_parts.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch_web {

namespace {

/// One form of the page, with what was typed into it if it has come back.
class AdminForm {
 public:
  AdminForm(Markup& out, Visit& visit, const std::string& path)
      : m_out(out), m_visit(visit), m_path(path) {
    if (visit.request().path == path) m_typed = visit.form();
    out.open("form", {{"method", "post"}, {"action", visit.address(path)}, {"class", "card wide"}});
    form_guards(out, visit);
  }

  void input(const char* name, const std::string& label, const std::string& value = {},
             bool required = false) {
    Markup::Attributes attributes{
        {"id", id_of(name)}, {"name", name}, {"value", text(name, value)}};
    if (required) attributes.push_back({"required", "", true});
    begin(name, label, attributes);
    m_out.open("input", attributes).close();
  }

  void area(const char* name, const std::string& label) {
    Markup::Attributes attributes{{"id", id_of(name)}, {"name", name}, {"rows", "4"}};
    begin(name, label, attributes);
    m_out.open("textarea", attributes).text("\n").text(text(name, {})).close().close();
  }

  void choice(const char* name, const std::string& label, const std::vector<std::string>& values,
              const std::string& chosen) {
    Markup::Attributes attributes{{"id", id_of(name)}, {"name", name}};
    begin(name, label, attributes);
    m_out.open("select", attributes);
    const std::string now = text(name, chosen);
    for (const std::string& one : values) {
      Markup::Attributes option{{"value", one}};
      if (one == now) option.push_back({"selected", "", true});
      m_out.element("option", one, option);
    }
    m_out.close().close();
  }

  void box(const char* name, const std::string& label) {
    Markup::Attributes attributes{{"type", "checkbox"}, {"name", name}, {"value", "1"}};
    if (m_typed != nullptr && m_typed->has(name)) attributes.push_back({"checked", "", true});
    m_out.open("div", {{"class", "field"}}).open("label").open("input", attributes);
    m_out.text(label).close().close();
  }

  /// The buttons come last.
  void button(const std::string& label, const char* name = "", const char* value = "") {
    if (!m_has_buttons) m_out.open("div", {{"class", "buttons"}});
    m_has_buttons = true;
    Markup::Attributes attributes{{"type", "submit"}};
    if (*name != '\0') {
      attributes.push_back({"name", name});
      attributes.push_back({"value", value});
    }
    m_out.element("button", label, attributes);
  }

  void end() {
    if (m_has_buttons) m_out.close();
    m_out.close();
  }

 private:
  /// Unique on the page: several forms have a `why`.
  [[nodiscard]] std::string id_of(const std::string& name) const {
    return m_typed != nullptr ? "f-" + name : replace_all(m_path.substr(1), "/", "-") + '-' + name;
  }
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const {
    return m_typed != nullptr ? m_typed->get(name) : otherwise;
  }
  /// Opens the field, with its label and what is wrong with it.
  void begin(const std::string& name, const std::string& label, Markup::Attributes& attributes) {
    m_out.open("div", {{"class", "field"}}).element("label", label, {{"for", id_of(name)}});
    const auto* faults =
        m_typed == nullptr ? nullptr : dynamic_cast<const FieldFaults*>(m_visit.problem());
    const FieldFault* fault = faults == nullptr ? nullptr : faults->about(name);
    if (fault == nullptr) return;
    message_element(m_out, "p", m_visit.texts(), fault->text(),
                    {{"class", "late"}, {"id", id_of(name) + "-fault"}});
    attributes.push_back({"aria-invalid", "true"});
    attributes.push_back({"aria-describedby", id_of(name) + "-fault"});
  }

  Markup& m_out;
  Visit& m_visit;
  std::string m_path;
  const web::Parameters* m_typed = nullptr;
  bool m_has_buttons = false;
};

void section(Markup& out, const std::string& id, const std::string& title) {
  out.open("section", {{"aria-labelledby", id}}).element("h2", title, {{"id", id}});
}

void deliveries_part(Markup& out, Visit& visit) {
  const AdminTexts& texts = visit.texts().admin;
  section(out, "deliveries", texts.deliveries);
  patch::lifecycle::Outbox outbox(visit.connection(), visit.config(), visit.registry());
  const auto dead = outbox.dead();
  if (dead.empty()) {
    out.element("p", texts.deliveries_none, {{"class", "quiet"}}).close();
    return;
  }
  table_head(out,
             {visit.texts().patch, texts.event, texts.at, texts.notify, texts.tries, texts.detail});
  for (const auto& one : dead) {
    out.open("tr").open("td", {{"data-label", visit.texts().patch}});
    patch_link(out, visit, one.patch);
    out.close().element("td", std::to_string(one.event), {{"data-label", texts.event}});
    out.open("td", {{"data-label", texts.at}});
    time_of(out, visit, one.at);
    out.close().element("td", one.notify, {{"data-label", texts.notify}});
    out.element("td", std::to_string(one.tries), {{"data-label", texts.tries}});
    out.element("td", one.detail, {{"data-label", texts.detail}}).close();
  }
  out.close().close().close();
  if (!visit.acts_refused()) {
    out.element("p", texts.retry_hint);
    act_button(out, visit, {.action = visit.address("/admin/deliveries"), .label = texts.retry});
  }
  out.close();
}

/// How many patches are in a version that is not the newest.
void outdated_part(Markup& out, Visit& visit, const std::vector<patch::lifecycle::Listed>& listed) {
  std::map<std::string, std::int64_t> newest;
  for (const auto& one : listed) newest[one.name] = std::max(newest[one.name], one.version);
  for (const auto& one : listed) {
    if (one.patches == 0 || one.version == newest[one.name]) continue;
    out.element("p", fmt::format(fmt::runtime(visit.texts().admin.behind), one.patches, one.version,
                                 one.name, newest[one.name]));
  }
}

void lifecycles_part(Markup& out, Visit& visit) {
  const Texts& all = visit.texts();
  const AdminTexts& texts = all.admin;
  section(out, "lifecycles", texts.lifecycles);
  const auto listed = visit.lifecycle().library().list();
  outdated_part(out, visit, listed);
  if (visit.acts_refused()) {
    out.close();
    return;
  }
  std::vector<std::string> names;
  for (const auto& one : listed) {
    if (names.empty() || names.back() != one.name) names.push_back(one.name);
  }
  out.element("h3", texts.attach);
  AdminForm attach(out, visit, "/admin/attach");
  attach.input("patch", all.patch, {}, true);
  attach.choice("lifecycle", all.lifecycle, names, visit.config().patch.lifecycle);
  attach.box("replace", texts.attach_replace);
  attach.input("why", all.why);
  attach.button(texts.attach);
  attach.end();
  out.element("h3", texts.migrate);
  AdminForm migrate(out, visit, "/admin/migrate");
  migrate.input("q", texts.migrate_what, {}, true);
  migrate.input("to", texts.migrate_to);
  migrate.area("map", texts.migrate_map);
  migrate.input("why", all.why);
  migrate.button(texts.look_first);
  migrate.end();
  out.element("h3", texts.load);
  AdminForm load(out, visit, "/admin/lifecycles");
  load.area("xml", texts.load_xml);
  load.input("name", texts.load_name);
  load.button(texts.check);
  load.end();
  out.close();
}

/// Every list that there is, and those that always are.
std::map<std::string, std::vector<std::string>> pick_lists(Visit& visit) {
  std::map<std::string, std::vector<std::string>> lists;
  for (const std::string& name : patch::known_choice_lists()) lists[name];
  for (auto& [name, value] : patch::all_choices(visit.connection(), {})) {
    lists[name].push_back(std::move(value));
  }
  return lists;
}

void aliases_table(Markup& out, Visit& visit, const std::string& list) {
  const AdminTexts& texts = visit.texts().admin;
  const auto aliases = patch::choice_aliases(visit.connection(), list);
  if (aliases.empty()) return;
  table_head(out, {texts.alias, texts.alias_of, texts.remove});
  for (const auto& [alias, value] : aliases) {
    out.open("tr").element("td", alias, {{"data-label", texts.alias}});
    out.element("td", value, {{"data-label", texts.alias_of}}).open("td");
    if (!visit.acts_refused()) {
      out.open("form", {{"method", "post"}, {"action", visit.address("/admin/aliases")}});
      form_guards(out, visit);
      for (const auto& [name, text] : {std::pair("list", list), std::pair("alias", alias)}) {
        out.open("input", {{"type", "hidden"}, {"name", name}, {"value", text}});
      }
      out.element("button", texts.alias_remove,
                  {{"type", "submit"},
                   {"name", "remove"},
                   {"value", "1"},
                   {"aria-label", fmt::format("{} {}", texts.alias_remove, alias)}});
      out.close();
    }
    out.close().close();
  }
  out.close().close().close();
}

void list_forms(Markup& out, Visit& visit, const std::vector<std::string>& names,
                const std::string& chosen) {
  const AdminTexts& texts = visit.texts().admin;
  AdminForm change(out, visit, "/admin/choices");
  change.input("list", texts.list, chosen, true);
  change.area("values", texts.values_change);
  change.button(texts.add, "act", "add");
  change.button(texts.remove, "act", "remove");
  change.end();
  out.element("h3", texts.aliases);
  aliases_table(out, visit, chosen);
  AdminForm alias(out, visit, "/admin/aliases");
  alias.choice("list", texts.list, names, chosen);
  alias.input("alias", texts.alias, {}, true);
  alias.input("value", texts.alias_of, {}, true);
  alias.button(texts.add);
  alias.end();
}

void lists_part(Markup& out, Visit& visit) {
  const AdminTexts& texts = visit.texts().admin;
  section(out, "lists", texts.lists);
  const auto lists = pick_lists(visit);
  std::vector<std::string> names;
  names.reserve(lists.size());
  out.open("ul", {{"class", "counts"}});
  for (const auto& [name, values] : lists) {
    names.push_back(name);
    out.open("li");
    out.element("a", fmt::format("{} {}", name, values.size()),
                {{"href", visit.address("/admin?list=" + web::url_encoded(name) + "#lists")}});
    out.close();
  }
  out.close();
  const std::string asked = visit.query().get("list");
  const std::string& chosen = lists.contains(asked) ? asked : names.front();
  const auto& values = lists.at(chosen);
  out.open("details",
           asked.empty() ? Markup::Attributes{} : Markup::Attributes{{"open", "", true}});
  out.element("summary", fmt::format(fmt::runtime(texts.values), chosen, values.size()));
  out.open("ul", {{"class", "columns"}});
  for (const std::string& one : values) out.element("li", one);
  out.close().close();
  if (!visit.acts_refused()) list_forms(out, visit, names, chosen);
  out.close();
}

}  // namespace

web::Response admin_page(Visit& visit, const Names& /*names*/) {
  visit.need_granted_role(k_admin_role);
  Page page(visit, visit.texts().admin.title, Section::admin);
  Markup& out = page.out();
  out.element("h1", visit.texts().admin.title);
  deliveries_part(out, visit);
  lifecycles_part(out, visit);
  lists_part(out, visit);
  return page.response();
}

}  // namespace upkeep::patch_web
