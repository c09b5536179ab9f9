// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/query/query_words.hpp"
#include "patch/report/catalog.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/reads.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace upkeep::patch_web::api {

namespace {

namespace report = patch::report;

const report::CatalogEntry& entry_called(const std::string& name) {
  if (const auto* entry = report::find_report(name)) return *entry;
  std::vector<std::string> names;
  for (const auto& one : report::catalog()) names.emplace_back(one.name);
  throw web::Refusal("unknown", fmt::format("there is no report '{}'", printable(name)),
                     did_you_mean(name, names, "they are: " + join(names, ", ")));
}

/// @throws UsageError for a parameter that this report does not have
void check_parameters(const Visit& visit, const report::CatalogEntry& entry) {
  for (const auto& [name, value] : visit.query().pairs()) {
    const auto& own = entry.parameters;
    const bool common = name == "q" || name == "from" || name == "to";
    if ((common && entry.selects) || std::find(own.begin(), own.end(), name) != own.end()) continue;
    throw UsageError(fmt::format("the report {} has no parameter '{}'", entry.name, name));
  }
}

report::Arguments arguments_of(const Visit& visit) {
  const web::Parameters& query = visit.query();
  return {query.get("by"),  query.get("product"), query.get("platform"),
          query.get("jar"), query.get("date"),    query.all("patch")};
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

web::Response get_report(Visit& visit, const Names& names) {
  const report::CatalogEntry& entry = entry_called(names.at(0));
  check_parameters(visit, entry);
  // Its further rows read with the scope while they are sent.
  const auto scope = std::make_shared<report::Scope>(scope_of(visit));
  const auto made = std::make_shared<report::Report>();
  const report::Arguments arguments = arguments_of(visit);
  db::in_snapshot(visit.connection(), [&] { *made = entry.make(*scope, arguments); });
  const auto columns = made->columns;
  return streamed_array(visit, columns, [scope, made](Visit& /*kept*/, Printer& out) {
    made->for_each_row([&](const Record& row) { out.print(row); });
  });
}

}  // namespace upkeep::patch_web::api
