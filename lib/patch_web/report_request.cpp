// SPDX-License-Identifier: MIT
#include "patch_web/report_request.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/query/query_words.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

namespace report = patch::report;

void check_parameters(const Visit& visit, const report::CatalogEntry& entry,
                      const std::vector<std::string>& others) {
  const auto is_in = [](const auto& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& pair : visit.query().pairs()) {
    const std::string& name = pair.first;
    const bool common = entry.selects && (name == "q" || name == "from" || name == "to");
    if (common || is_in(entry.parameters, name) || is_in(others, name)) continue;
    throw UsageError(
        fmt::format("the report {} has no parameter '{}'", entry.name, printable(name)));
  }
}

/// The lines of a parameter, which may be repeated; those that begin with # are comments.
std::vector<std::string> lines_of(const web::Parameters& query, const char* name) {
  std::vector<std::string> lines;
  for (const std::string& text : query.all(name)) {
    for (const std::string& line : split(text, '\n')) {  // a form sends them as one text
      const auto word = trim(line);
      if (!word.empty() && !word.starts_with('#')) lines.emplace_back(word);
    }
  }
  return lines;
}

report::Arguments arguments_of(const Visit& visit) {
  const web::Parameters& query = visit.query();
  report::Arguments arguments{.by = query.get("by"),
                              .product = query.get("product"),
                              .platform = query.get("platform"),
                              .jar = query.get("jar"),
                              .date = query.get("date"),
                              .patches = lines_of(query, "patch"),
                              .server = {}};
  if (query.has("applied") || query.has("service-pack")) {
    arguments.server = report::Applied{.directories = lines_of(query, "applied"),
                                       .service_pack = lines_of(query, "service-pack")};
  }
  return arguments;
}

report::Scope scope_of(Visit& visit) {
  auto words = patch::query_words(visit.query().get("q"));
  const auto bound = [&](const char* name, bool end) -> std::optional<std::string> {
    const std::string text = visit.query().get(name);
    if (text.empty()) return std::nullopt;
    return report::time_bound(name, text, end, visit.now());
  };
  auto selected = visit.select(words);
  auto from = bound("from", false), to = bound("to", true);
  if (from && to && *from >= *to) throw UsageError("'from' is later than 'to'");
  return {visit.connection(), visit.config(), visit.names(), std::move(selected),
          std::move(from),    std::move(to),  visit.now(),   std::move(words)};
}

}  // namespace

const report::CatalogEntry& report_called(const std::string& name) {
  if (const auto* entry = report::find_report(name)) return *entry;
  std::vector<std::string> names;
  names.reserve(report::catalog().size());
  for (const auto& one : report::catalog()) names.emplace_back(one.name);
  throw web::Refusal("unknown", fmt::format("there is no report '{}'", printable(name)),
                     did_you_mean(name, names, "they are: " + join(names, ", ")));
}

MadeReport make_report(Visit& visit, const report::CatalogEntry& entry,
                       const std::vector<std::string>& others) {
  check_parameters(visit, entry, others);
  MadeReport made{std::make_shared<report::Scope>(scope_of(visit)),
                  std::make_shared<report::Report>()};
  const report::Arguments arguments = arguments_of(visit);
  // In a snapshot, so that a patch that moves between two statements is counted once.
  db::in_snapshot(visit.connection(), [&] { *made.report = entry.make(*made.scope, arguments); });
  return made;
}

}  // namespace upkeep::patch_web
