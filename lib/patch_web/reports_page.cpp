// SPDX-License-Identifier: MIT
// /reports and /reports/NAME: pmt-report's reports with their parameters as a form, and as files.
#include "base/process.hpp"
#include "base/text.hpp"
#include "patch/query/query_words.hpp"
#include "patch/report/markup.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/report_request.hpp"
#include "record/printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace upkeep::patch_web {

namespace {

namespace report = patch::report;

constexpr std::size_t k_most_rows = 1000;  // of a page; files have all
const std::vector<std::string> k_of_files{"format", "escape"};

/// The text of a report; nullptr: there is none in this language.
const std::string* translated(const WordTexts& texts, const std::string& name) {
  const std::string& text = text_of(texts, name);
  return &text == &name ? nullptr : &text;
}

std::string summary_of(const Visit& visit, const report::CatalogEntry& entry) {
  const std::string name = entry.name;
  const auto* text = translated(visit.texts().report.summaries, name);
  return text == nullptr ? entry.summary : *text;
}

std::string report_address(const Visit& visit, const std::string& name) {
  return visit.address("/reports/" + name);
}

/// The query without what belongs to files.
std::vector<web::Parameters::Pair> parameters_of(const Visit& visit) {
  auto pairs = visit.query().pairs();
  std::erase_if(pairs, [](const web::Parameters::Pair& one) {
    return one.second.empty() ||
           std::find(k_of_files.begin(), k_of_files.end(), one.first) != k_of_files.end();
  });
  return pairs;
}

web::Response as_file(Visit& visit, const std::string& format, const MadeReport& made) {
  web::Response response;
  if (format == "svg") {
    response.type = "image/svg+xml";
    response.body = report::report_svg(*made.report);
    return response;
  }
  const auto known = parse_format(format);
  if (!known || *known == Format::text || *known == Format::tsv) {
    throw UsageError(fmt::format("format={} is not a format of reports", printable(format)),
                     "use csv, json, jsonl or svg");
  }
  PrinterOptions options;
  options.format = *known;
  options.escape = visit.query().get("escape") != "none";
  response.type = *known == Format::csv    ? "text/csv; charset=utf-8"
                  : *known == Format::json ? "application/json"
                                           : "application/jsonl";
  response.stream = [kept = visit.shared_from_this(), made, options](const web::Sink& sink) {
    Writer writer(-1);
    writer.divert(sink);
    const auto printer = make_printer(writer, made.report->columns, options);
    made.report->for_each_row([&](const Record& row) { printer->print(row); });
    printer->finish();
    writer.flush();
  };
  return response;
}

/// Whether a parameter is a list, one per line.
bool has_lines(const std::string& name) {
  return name == "patch" || name == "applied" || name == "service-pack";
}

void input(Markup& out, Visit& visit, const std::string& name, const std::string& label) {
  const std::string id = "p-" + name;
  out.open("div", {{"class", "field"}}).element("label", label, {{"for", id}});
  if (has_lines(name)) {
    out.open("textarea", {{"id", id}, {"name", name}, {"rows", "3"}});
    out.text("\n").text(join(visit.query().all(name), "\n")).close();
  } else {
    out.open("input", {{"id", id}, {"name", name}, {"value", visit.query().get(name)}});
  }
  out.close();
}

void parameters_form(Markup& out, Visit& visit, const report::CatalogEntry& entry) {
  const Texts& texts = visit.texts();
  out.open(
      "form",
      {{"class", "parameters"}, {"method", "get"}, {"action", report_address(visit, entry.name)}});
  for (const std::string_view one : entry.parameters) {
    const std::string name(one);
    const auto label = std::find_if(texts.report.labels.begin(), texts.report.labels.end(),
                                    [&](const auto& known) { return known.first == name; });
    input(out, visit, name, label == texts.report.labels.end() ? name : label->second);
  }
  if (entry.selects) {
    input(out, visit, "q", texts.report.query);
    input(out, visit, "from", texts.report.from);
    input(out, visit, "to", texts.report.to);
  }
  out.element("button", texts.report.show, {{"type", "submit"}}).close();
}

void file_links(Markup& out, Visit& visit, const report::CatalogEntry& entry, bool charts) {
  out.open("p", {{"class", "files"}});
  for (const char* format : {"csv", "json", "svg"}) {
    if (std::string_view(format) == "svg" && !charts) continue;
    auto pairs = parameters_of(visit);
    pairs.emplace_back("format", format);
    out.element("a", format,
                {{"href", report_address(visit, entry.name) + '?' + web::to_query(pairs)}});
  }
  out.close();
}

/// The words of a parameter, for a shell.
std::string shell_words(const std::string& name, const std::string& value) {
  std::vector<std::string> words{value};
  if (name == "q") words = patch::query_words(value);
  if (has_lines(name)) words = split(replace_all(value, "\r", ""), '\n');
  std::string text;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    text += ' ';
    text += shell_quoted(word);
  }
  return text;
}

/// The command that prints the same.
std::string command_of(Visit& visit, const report::CatalogEntry& entry) {
  std::string text = fmt::format("pmt-report {}", entry.name);
  for (const auto& [name, value] : parameters_of(visit)) {
    const std::string words = shell_words(name, value);
    if (name == "date" || name == "patch" || name == "q") {
      text += words;
    } else if (has_lines(name)) {  // the tool reads a file
      text += fmt::format(" --{} <(printf '%s\\n'{})", name, words);
    } else {
      text += fmt::format(" --{}{}", name, words);
    }
  }
  return text;
}

void report_part(Markup& out, Visit& visit, const report::CatalogEntry& entry,
                 const report::Report& made) {
  const Texts& texts = visit.texts();
  out.open("div", {{"class", "scroll"}});
  const std::size_t rows = report::report_table(
      out, made, made.columns, k_most_rows,
      {.heading = [&](const std::string& column) { return text_of(texts.report.columns, column); },
       .cell = [&](Markup& cell, const std::string& text) { linked_text(cell, visit, text); }});
  out.close();
  if (rows == 0) out.element("p", texts.none_found);
  if (rows > k_most_rows) {
    out.element("p", fmt::format(fmt::runtime(texts.report.more_rows), k_most_rows, rows));
  }
  file_links(out, visit, entry, !made.charts.empty());
}

}  // namespace

web::Response reports_page(Visit& visit, const Names& /*names*/) {
  Page page(visit, visit.texts().reports, Section::reports);
  Markup& out = page.out();
  out.element("h1", visit.texts().reports).open("dl", {{"class", "card reports"}});
  for (const report::CatalogEntry& entry : report::catalog()) {
    out.open("dt").element("a", entry.name, {{"href", report_address(visit, entry.name)}}).close();
    out.element("dd", summary_of(visit, entry));
  }
  out.close();
  return page.response();
}

web::Response report_page(Visit& visit, const Names& names) {
  const report::CatalogEntry& entry = report_called(names.at(0));
  const auto format = visit.query().maybe("format");
  std::optional<MadeReport> made;
  std::shared_ptr<const UsageError> fault;
  try {
    made = make_report(visit, entry, k_of_files);
    if (format) return as_file(visit, *format, *made);
  } catch (const UsageError& error) {
    if (format) throw;
    fault = std::make_shared<const UsageError>(error);
  }
  const bool asked = !parameters_of(visit).empty();
  const Texts& texts = visit.texts();
  const std::string summary = summary_of(visit, entry);
  Page page(visit, summary, Section::reports);
  Markup& out = page.out();
  if (made) {
    report::Report& shown = *made->report;
    if (const auto* text = translated(texts.report.definitions, names.at(0))) {
      shown.title = summary;
      shown.definition = *text;
    }
    report::report_head(out, shown, shown.warnings);
  } else {
    out.element("h1", summary);
    out.open("div", {{"class", asked ? "note problem" : "note"}, {"role", "status"}});
    message_element(out, "p", texts, fault->what());
    if (!fault->advice().empty()) message_element(out, "p", texts, fault->advice());
    out.close();
  }
  parameters_form(out, visit, entry);
  if (made) {
    report_part(out, visit, entry, *made->report);
    page.command(command_of(visit, entry));
    return page.response();
  }
  if (!asked) return page.response();
  visit.refused(*fault);
  return page.response(web::problem_kind(*fault).http);
}

}  // namespace upkeep::patch_web
