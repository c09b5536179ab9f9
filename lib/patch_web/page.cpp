// SPDX-License-Identifier: MIT
#include "patch_web/page.hpp"

#include "patch_web/assets.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

constexpr const char* k_html = "text/html; charset=utf-8";

void document_head(Markup& out, const Texts& texts, const std::string* base,
                   const std::string& title) {
  out.doctype().open("html", {{"lang", texts.language}}).open("head");
  out.open("meta", {{"charset", "utf-8"}});
  out.open("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  out.element("title", fmt::format("{} · {}", title, texts.site));
  if (base != nullptr) {
    out.open("link", {{"rel", "stylesheet"}, {"href", asset_address(*base, "site.css")}});
    out.open("link", {{"rel", "icon"}, {"href", asset_address(*base, "icon.svg")}});
    out.script_from(asset_address(*base, "site.js"));
  }
  out.close().open("body");
}

/// Where site.js says what happens without a new page, with its texts and the addresses it needs.
void live_part(Markup& out, const Visit& visit) {
  const ScriptTexts& texts = visit.texts().script;
  std::vector<std::string> names;
  names.reserve(texts.did.size());
  for (const auto& [action, text] : texts.did) names.push_back("data-did-" + action);
  Markup::Attributes attributes{{"id", "live"},
                                {"role", "status"},
                                {"data-check", visit.address("/api/v1/me")},
                                {"data-suggest", visit.address("/api/v1/suggest")},
                                {"data-me", visit.address("/me")},
                                {"data-login", texts.login},
                                {"data-login-link", texts.login_link},
                                {"data-reload", texts.reload},
                                {"data-add", texts.add}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    attributes.push_back({names[i], texts.did[i].second});
  }
  out.open("div", attributes).close();
}

}  // namespace

Page::Page(Visit& visit, const std::string& title, Section section) : m_visit(visit) {
  document_head(m_out, visit.texts(), &visit.web().base, title);
  m_out.element("a", visit.texts().skip, {{"class", "skip"}, {"href", "#main"}});
  header(section);
  m_out.open("main", {{"id", "main"}, {"tabindex", "-1"}});
  live_part(m_out, visit);
  problem_note(m_out, visit);
  if (const auto why = visit.acts_refused()) {
    m_out.element("p", *why, {{"class", "note"}, {"role", "status"}});
  }
}

void Page::header(Section section) {
  const Texts& texts = m_visit.texts();
  struct Entry {
    Section section;
    const std::string& label;
    const char* path;
    const char* key = nullptr;  ///< what site.js follows it by
  };
  std::vector<Entry> entries{{Section::my_work, texts.my_work, "/", "g m"},
                             {Section::patches, texts.patches, "/patches"},
                             {Section::queue, texts.queue, "/queue", "g q"},
                             {Section::lifecycles, texts.lifecycles, "/lifecycles"},
                             {Section::reports, texts.reports, "/reports"}};
  if (m_visit.has_granted_role(k_admin_role)) {
    entries.push_back({Section::admin, texts.admin.title, "/admin"});
  }
  m_out.open("header", {{"class", "site"}});
  m_out.open("nav", {{"aria-label", texts.site}});
  for (const Entry& one : entries) {
    Markup::Attributes attributes{{"href", m_visit.address(one.path)}};
    if (one.section == section) attributes.push_back({"aria-current", "page"});
    if (one.key != nullptr) attributes.push_back({"data-key", one.key});
    m_out.element("a", one.label, attributes);
  }
  m_out.close();
  m_out.open("form", {{"class", "search"},
                      {"role", "search"},
                      {"action", m_visit.address("/search")},
                      {"method", "get"}});
  m_out.open("input", {{"type", "search"},
                       {"name", "q"},
                       {"id", "search"},
                       {"aria-label", texts.search},
                       {"placeholder", texts.search_hint}});
  m_out.element("button", texts.find, {{"type", "submit"}});
  m_out.close();
  Markup::Attributes me{{"class", "me"}, {"href", m_visit.address("/me")}, {"data-key", "?"}};
  if (section == Section::me) me.push_back({"aria-current", "page"});
  m_out.element("a", m_visit.user(), me);
  m_out.close();
}

web::Response Page::response(int status) {
  if (!m_command.empty()) {
    m_out.open("footer", {{"class", "command"}});
    m_out.element("span", m_visit.texts().command_line).text(" ").element("code", m_command);
    m_out.close();
  }
  web::Response answer;
  answer.status = status;
  answer.type = k_html;
  answer.body = m_out.finish();
  return answer;
}

web::Response problem_page(const Texts& texts, const std::string* base,
                           const web::ProblemKind& kind, const Error& error,
                           const std::string& request_id) {
  Markup out;
  const std::string title = problem_title(texts, kind.word);
  document_head(out, texts, base, title);
  out.open("main", {{"id", "main"}, {"class", "problem"}});
  out.element("h1", title);
  message_element(out, "p", texts, error.what());
  if (!error.advice().empty()) message_element(out, "p", texts, error.advice());
  if (base != nullptr) {
    out.open("p").element("a", texts.my_work, {{"href", *base + "/"}}).close();
  }
  if (!request_id.empty()) {
    out.element("p", fmt::format(fmt::runtime(texts.request_id), request_id), {{"class", "quiet"}});
  }
  web::Response answer;
  answer.status = kind.http;
  answer.type = k_html;
  answer.body = out.finish();
  return answer;
}

}  // namespace upkeep::patch_web
