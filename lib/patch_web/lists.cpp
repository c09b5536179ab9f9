// SPDX-License-Identifier: MIT
#include "patch_web/lists.hpp"

#include "base/text.hpp"
#include "patch/query/query.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace upkeep::patch_web {

namespace {

constexpr std::size_t k_summary_width = 90;

/// Columns whose name in a selector is another one, or which cannot be sorted by.
std::string sort_key(const std::string& column) {
  if (column == "products") return "product";
  if (column == "created_at") return "created";
  if (column == "released_at") return "released";
  return column == "links" ? "" : column;
}

/// What a heading says.
std::string heading(Visit& visit, const std::string& column) {
  if (column == "overview_description") return visit.texts().summary;
  if (const patch::Field* field = visit.type().find(column)) {
    return field->caption();
  }
  return text_of(visit.texts().headings, column);
}

/// The query with its order replaced.
std::string sorted_by(const std::string& q, const std::string& term) {
  std::vector<std::string> words = patch::query_words(q);
  std::erase_if(words, [](const std::string& word) { return word.starts_with("sort:"); });
  words.push_back(term);
  return patch::query_text(words);
}

void head_cell(Markup& out, Visit& visit, const std::string& column, const TableLook& look) {
  const std::string key = sort_key(column);
  const std::string label = heading(visit, column);
  const std::vector<std::string> words = patch::query_words(look.q);
  const bool up = std::find(words.begin(), words.end(), "sort:" + key) != words.end();
  const bool down = std::find(words.begin(), words.end(), "sort:-" + key) != words.end();
  Markup::Attributes attributes{{"scope", "col"}};
  if (up || down) attributes.push_back({"aria-sort", up ? "ascending" : "descending"});
  out.open("th", attributes);
  if (key.empty()) {
    out.text(label);
  } else {
    std::vector<web::Parameters::Pair> pairs{
        {"q", sorted_by(look.q, (up ? "sort:-" : "sort:") + key)}};
    if (!look.fields.empty()) pairs.emplace_back("fields", look.fields);
    out.element("a", label,
                {{"href", visit.address("/patches?") + web::to_query(pairs)},
                 {"title", fmt::format(fmt::runtime(visit.texts().sort_by), label)}});
    if (up || down) out.element("span", up ? " \xe2\x86\x91" : " \xe2\x86\x93");
  }
  out.close();
}

std::string first_line(const std::string& text) {
  return ellipsized(printable(text.substr(0, text.find_first_of("\r\n"))), k_summary_width);
}

void cell(Markup& out, Visit& visit, const std::string& column, const Value& value) {
  Markup::Attributes attributes{{"data-label", heading(visit, column)}};
  if (column == "number") attributes.push_back({"class", "n"});
  out.open("td", attributes);
  const std::string text = to_text(value);
  if (column == "patch") {
    patch_link(out, visit, text);
  } else if (column == "state") {
    state_badge(out, visit, text);
  } else if (column == "overview_description") {
    out.text(first_line(text));
  } else if (column.ends_with("_at") || column == "created" || column == "released") {
    constexpr std::size_t k_day = 10;
    if (!text.empty()) out.element("time", text.substr(0, k_day), {{"datetime", text}});
  } else if (const auto* list = std::get_if<ValueList>(&value.storage())) {
    std::vector<std::string> parts;
    parts.reserve(list->size());
    for (const Value& one : *list) parts.push_back(to_text(one));
    out.text(join(parts, ", "));
  } else {
    linked_text(out, visit, text);
  }
  out.close();
}

void choose_cell(Markup& out, Visit& visit, const patch::Patch& patch) {
  const std::string name = patch::name_of(patch, visit.names());
  out.open("td").open("input",
                      {{"type", "checkbox"},
                       {"name", "choose"},
                       {"value", patch::stay_of(patch) + ' ' + name},
                       {"aria-label", fmt::format(fmt::runtime(visit.texts().bulk.choose), name)}});
  out.close();
}

}  // namespace

void patch_table(Markup& out, Visit& visit, const std::vector<patch::Patch>& patches,
                 const TableLook& look) {
  const auto known = patch::all_list_columns(visit.type());
  check_fields(known, look.columns);
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  if (look.choose) out.element("td", "");
  for (const std::string& column : look.columns) head_cell(out, visit, column, look);
  out.close().close().open("tbody");
  for (const patch::Patch& patch : patches) {
    const Record record =
        patch::list_record(patch, known, visit.type(), visit.names(), look.columns);
    out.open("tr");
    if (look.choose) choose_cell(out, visit, patch);
    for (const std::string& column : look.columns) {
      const auto at = std::find(known.begin(), known.end(), column) - known.begin();
      cell(out, visit, column, record.at(static_cast<std::size_t>(at)));
    }
    out.close();
  }
  out.close().close().close();
}

web::Response list_file(Visit& visit, patch::SelectorSql selected, PrinterOptions options) {
  const bool all = options.fields.empty();
  auto columns = all ? patch::list_columns() : patch::all_list_columns(visit.type());
  check_fields(columns, options.fields);
  web::Response response;
  response.type = options.format == Format::csv    ? "text/csv; charset=utf-8"
                  : options.format == Format::json ? "application/json"
                                                   : "application/jsonl";
  response.stream = [kept = visit.shared_from_this(), selected = std::move(selected),
                     options = std::move(options),
                     columns = std::move(columns)](const web::Sink& sink) {
    Writer writer(-1);
    writer.divert(sink);
    const auto printer = make_printer(writer, columns, options);
    patch::for_each_patch(kept->connection(), selected, [&](const patch::Patch& patch) {
      printer->print(
          patch::list_record(patch, columns, kept->type(), kept->names(), options.fields));
    });
    printer->finish();
    writer.flush();
  };
  return response;
}

}  // namespace upkeep::patch_web
