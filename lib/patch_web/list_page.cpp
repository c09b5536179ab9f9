// SPDX-License-Identifier: MIT
// /patches: what a query finds, page by page.
#include "base/process.hpp"
#include "base/text.hpp"
#include "patch/query/paging.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/hidden_act.hpp"
#include "patch_web/lists.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "record/printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::patch_web {

namespace {

/// The columns of a list unless others are asked for.
const std::vector<std::string>& usual_columns() {
  static const std::vector<std::string> k_columns{"patch",    "state",     "overview_description",
                                                  "products", "client",    "developer",
                                                  "qa",       "created_at"};
  return k_columns;
}

/// `word` for a shell: quoted only where it must be.
std::string shell_word(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789=,.:@%+-_/") == std::string::npos;
  return plain ? word : shell_quoted(word);
}

/// The command that lists the same.
std::string command_of(const std::vector<std::string>& words, const std::string& fields) {
  std::string text = "pmt-patch list";
  for (const std::string& word : words) text += ' ' + shell_word(word);
  if (!fields.empty()) text += " --fields " + shell_word(fields);
  return text;
}

void filter_form(Markup& out, Visit& visit, const std::string& q, const std::string& fields) {
  const Texts& texts = visit.texts();
  out.open("form", {{"class", "filter"}, {"method", "get"}, {"action", visit.address("/patches")}});
  out.element("label", texts.filter, {{"for", "q"}});
  out.open("input", {{"id", "q"}, {"name", "q"}, {"value", q}, {"autocomplete", "off"}});
  if (!fields.empty()) {
    out.open("input", {{"type", "hidden"}, {"name", "fields"}, {"value", fields}});
  }
  out.element("button", texts.apply, {{"type", "submit"}});
  out.close();
}

void pager(Markup& out, Visit& visit, const std::string& q, const std::string& fields,
           const std::string& next) {
  std::vector<web::Parameters::Pair> pairs;
  if (!q.empty()) pairs.emplace_back("q", q);
  if (!fields.empty()) pairs.emplace_back("fields", fields);
  const std::string first = visit.address("/patches");
  out.open("nav", {{"class", "pager"}, {"aria-label", visit.texts().next_page}});
  if (visit.query().has("after")) {
    out.element("a", visit.texts().first_page,
                {{"href", pairs.empty() ? first : first + '?' + web::to_query(pairs)}});
  }
  if (!next.empty()) {
    pairs.emplace_back("after", next);
    out.element("a", visit.texts().next_page,
                {{"href", first + '?' + web::to_query(pairs)}, {"rel", "next"}});
  }
  out.close();
}

/// The table, within a form for what can be done to several patches at once.
void chooser(Markup& out, Visit& visit, const std::vector<patch::Patch>& patches, TableLook look) {
  const BulkTexts& texts = visit.texts().bulk;
  if (visit.acts_refused()) return patch_table(out, visit, patches, look);
  look.choose = true;
  out.open("form", {{"method", "post"}, {"action", visit.address("/patches/bulk")}});
  form_guards(out, visit);
  for (const auto& [name, value] : {std::pair("q", look.q), std::pair("fields", look.fields)}) {
    if (!value.empty()) out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  }
  patch_table(out, visit, patches, look);
  out.open("p", {{"class", "buttons"}}).element("span", texts.with_chosen);
  const auto button = [&](const char* act, const std::string& label) {
    out.element("button", label, {{"name", "act"}, {"value", act}});
  };
  if (visit.has_role("pmt-edit")) button("edit", texts.edit);
  button("move", texts.move);
  button("export", texts.as_file);
  out.close().close();
}

web::Response as_file(Visit& visit, const std::vector<std::string>& words,
                      const std::string& format, const std::string& fields) {
  const auto known = parse_format(format);
  if (!known || *known == Format::text || *known == Format::tsv) {
    throw UsageError(fmt::format("format={} is not a format of lists", printable(format)),
                     "use csv, json or jsonl");
  }
  PrinterOptions options;
  options.format = *known;
  options.escape = visit.query().get("escape") != "none";
  if (!fields.empty()) options.fields = split(fields, ',');
  return list_file(visit, visit.select(words), options);
}

}  // namespace

web::Response list_page(Visit& visit, const Names& /*names*/) {
  const std::string q = visit.query().get("q");
  const std::string fields = visit.query().get("fields");
  const std::vector<std::string> words = patch::query_words(q);
  if (const auto format = visit.query().maybe("format")) {
    return as_file(visit, words, *format, fields);
  }
  const auto columns = fields.empty() ? usual_columns() : split(fields, ',');
  const patch::SelectorSql selected = visit.select(words);
  const auto size = static_cast<std::size_t>(visit.web().page_size);
  const auto found =
      patch::page_of(visit.connection(), selected, visit.query().get("after"), size, q);
  Page page(visit, visit.texts().patches, Section::patches);
  Markup& out = page.out();
  hidden_did_part(out, visit);
  out.element("h1", visit.texts().patches);
  filter_form(out, visit, q, fields);
  constexpr std::size_t k_most_counted = 1000;
  const std::size_t count = patch::count_of(visit.connection(), selected, k_most_counted + 1);
  out.open("p", {{"class", "sub"}});
  out.text(count > k_most_counted
               ? fmt::format(fmt::runtime(visit.texts().rows_more), k_most_counted)
               : counted(visit.texts().rows_shown, count));
  if (!visit.acts_refused() && visit.has_role("pmt-new")) {
    out.open("span", {{"class", "on-screen"}}).text(" · ");
    out.element("a", visit.texts().new_patch, {{"href", visit.address("/patches/new")}}).close();
  }
  out.close();
  if (found.patches.empty()) {
    out.element("p", visit.texts().none_found);
  } else {
    chooser(out, visit, found.patches, {.columns = columns, .q = q, .fields = fields});
  }
  pager(out, visit, q, fields, found.next);
  out.open("p", {{"class", "files"}});
  for (const char* format : {"csv", "json"}) {
    std::vector<web::Parameters::Pair> pairs{{"q", q}, {"format", format}};
    if (!fields.empty()) pairs.emplace_back("fields", fields);
    out.element("a", format, {{"href", visit.address("/patches?") + web::to_query(pairs)}});
    out.text(" ");
  }
  out.element("a", visit.texts().feed.link,
              {{"href", visit.address("/feeds/patches.atom?q=") + web::url_encoded(q)}});
  out.close();
  page.command(command_of(words, fields));
  return page.response();
}

}  // namespace upkeep::patch_web
