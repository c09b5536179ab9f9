// SPDX-License-Identifier: MIT
#include "patch_web/admin_parts.hpp"

#include "base/text.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

void hidden(Markup& out, const char* name, const std::string& value) {
  out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
}

void migration_row(Markup& out, Visit& visit, const MigrationRow& row) {
  const AdminTexts& texts = visit.texts().admin;
  out.open("tr").open("td", {{"data-label", visit.texts().patch}});
  patch_link(out, visit, row.patch);
  out.close();
  const auto cell = [&](const std::string& label, const std::string& text) {
    out.element("td", text, {{"data-label", label}});
  };
  cell(texts.from, row.done ? std::to_string(row.done->from) : "");
  cell(texts.to, row.done ? std::to_string(row.done->to) : "");
  out.open("td", {{"data-label", visit.texts().state}});
  if (row.done) state_badge(out, visit, row.done->state);
  out.close();
  cell(texts.kept, row.done ? join(row.done->kept, ", ") : "");
  cell(texts.dropped, row.done ? join(row.done->dropped, ", ") : "");
  out.element("td", row.problem, {{"data-label", texts.detail}, {"class", "late"}});
  out.close();
}

/// Sends the same again, to be done.
void migrate_now(Markup& out, Visit& visit, const Migration& wanted) {
  out.open("form", {{"method", "post"}, {"action", visit.address("/admin/migrate")}});
  form_guards(out, visit);
  hidden(out, "q", wanted.q);
  hidden(out, "why", wanted.why);
  hidden(out, "to", wanted.to ? std::to_string(*wanted.to) : "");
  out.open("textarea", {{"name", "map"}, {"hidden", "", true}}).text("\n").text(wanted.map);
  out.close();
  hidden(out, "sure", "1");
  out.element("button", visit.texts().admin.migrate, {{"type", "submit"}, {"class", "primary"}});
  out.close();
}

}  // namespace

void table_head(Markup& out, const std::vector<std::string>& labels) {
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : labels) out.element("th", label, {{"scope", "col"}});
  out.close().close().open("tbody");
}

web::Response migration_page(Visit& visit, const Migration& wanted,
                             const std::vector<MigrationRow>& rows) {
  const AdminTexts& texts = visit.texts().admin;
  Page page(visit, texts.migrate, Section::admin);
  Markup& out = page.out();
  out.element("h1", texts.migrate);
  const auto count = std::count_if(rows.begin(), rows.end(),
                                   [](const MigrationRow& one) { return one.done.has_value(); });
  if (rows.empty()) {
    out.element("p", texts.migrated_none, {{"role", "status"}});
  } else {
    out.element(
        "p", fmt::format(fmt::runtime(wanted.sure ? texts.migrated : texts.would_migrate), count),
        {{"role", "status"}});
    table_head(out, {visit.texts().patch, texts.from, texts.to, visit.texts().state, texts.kept,
                     texts.dropped, texts.detail});
    for (const MigrationRow& row : rows) migration_row(out, visit, row);
    out.close().close().close();
  }
  if (!wanted.sure && count > 0) migrate_now(out, visit, wanted);
  out.open("p").element("a", texts.title, {{"href", visit.address("/admin")}}).close();
  return page.response();
}

web::Response findings_page(Visit& visit, const LoadedText& text, bool refused) {
  const AdminTexts& texts = visit.texts().admin;
  Page page(visit, texts.load, Section::admin);
  Markup& out = page.out();
  out.element("h1", fmt::format(fmt::runtime(texts.findings), text.called));
  if (text.findings.empty()) {
    out.element("p", fmt::format(fmt::runtime(texts.findings_none), text.called),
                {{"role", "status"}});
  } else {
    table_head(out, {texts.severity, texts.line, texts.rule, texts.detail});
    for (const patch::Finding& one : text.findings) {
      const bool error = one.severity == patch::Severity::error;
      out.open("tr").element("td", std::string(to_word(one.severity)),
                             {{"data-label", texts.severity}, {"class", error ? "late" : "soon"}});
      out.element("td", one.line > 0 ? std::to_string(one.line) : "", {{"data-label", texts.line}});
      out.element("td", one.rule, {{"data-label", texts.rule}});
      out.element("td", one.detail, {{"data-label", texts.detail}}).close();
    }
    out.close().close().close();
  }
  out.open("form", {{"method", "post"}, {"action", visit.address("/admin/lifecycles")}});
  form_guards(out, visit);
  hidden(out, "name", text.name);
  out.open("div", {{"class", "field"}}).element("label", texts.load_xml, {{"for", "f-xml"}});
  out.open("textarea", {{"id", "f-xml"}, {"name", "xml"}, {"rows", "16"}, {"spellcheck", "false"}});
  out.text("\n").text(text.xml).close().close();
  out.element("button", texts.check, {{"type", "submit"}});
  if (!text.has_errors) {
    out.text(" ");
    out.element("button", fmt::format(fmt::runtime(texts.load_it), text.called),
                {{"type", "submit"}, {"name", "sure"}, {"value", "1"}, {"class", "primary"}});
  }
  out.close();
  constexpr int k_ok = 200, k_unprocessable = 422;
  return page.response(refused ? k_unprocessable : k_ok);
}

}  // namespace upkeep::patch_web
