// SPDX-License-Identifier: MIT
// service-pack, qa: the patches of a product.
#include "base/text.hpp"
#include "patch/model/bundle_name.hpp"
#include "patch/report/pack_contents.hpp"
#include "patch/report/product_filter.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/server_order.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

ValueList list_of(const Values& values) {
  return {values.begin(), values.end()};
}

}  // namespace

Report service_pack(Scope& scope, const std::string& product, const std::string& platform) {
  Report report{"service-pack",
                fmt::format("Service pack for {} on {}", product, platform),
                "Released patches of the platform for the product or its kernel, in the order in"
                " which a server applies them; one that another of them supersedes has no order.",
                {"patch", "order", "jars", "superseded_by", "directory"},
                {},
                {}};
  const ProductNames names = ProductNames::of(scope.connection);
  PackFilter filter(names, product);
  const std::string key = platform_key(platform).value_or("");
  auto subjects =
      load_subjects(scope,
                    {{"overview_products", "overview_compatibleProducts", k_jars_key},
                     true,
                     fmt::format(" AND p.platform_key = {} AND {}{}", sql_text(key),
                                 released_sql(scope), range_sql(scope, "p.released_at"))},
                    [&](const Subject& one) { return filter.takes(one.values[0], one.values[1]); });
  if (!filter.has_met_product()) {
    report.warnings = why_no_product(scope, names, product, key);
  }
  sort_by_directory(subjects);
  const auto jars = jars_of(scope, subjects, 2);
  const auto by = superseders(scope, subjects, report.warnings);
  for (auto& one : missing_requirements(scope, subjects, by, {platform, [&](const Patch& patch) {
                                                                return filter.takes(patch);
                                                              }})) {
    report.warnings.push_back(std::move(one));
  }
  std::int64_t order = 0;
  std::map<std::string, double> months;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const Subject& one = subjects[i];
    report.rows.push_back(
        {scope.names.format(one.ref), by[i] ? Value() : Value(++order), jar_names(jars.at(one.id)),
         by[i] ? Value(scope.names.format(subjects[*by[i]].ref)) : Value(), directory_of(one.ref)});
    if (const auto day = day_of(one.released_at.value_or(""))) {
      ++months[period_name(*day, Period::month)];
    }
  }
  report.charts.push_back(
      counted_chart("Patches by month of release", "month", {months.begin(), months.end()}));
  return report;
}

Report qa(Scope& scope, const std::string& product) {
  Report report{"qa",
                "Use cases to test again: " + product,
                "Released patches for the product, by area: the use case, else the project of the"
                " public JIRA.",
                {"patch", "area", "jira", "test_location"},
                {},
                {}};
  const ProductNames names = ProductNames::of(scope.connection);
  ProductFilter filter(names, product, false);
  const auto subjects = load_subjects(
      scope,
      {{"overview_products", "overview_compatibleProducts", "testInformation_useCase",
        "jiraInformation_publicJIRA", "jiraInformation_supportJIRA", "testInformation_location"},
       false,
       " AND " + released_sql(scope) + range_sql(scope, "p.released_at")},
      [&](const Subject& one) {
        return filter.names(one.values[0]) || filter.names(one.values[1]);
      });
  if (!filter.has_met_product()) {
    report.warnings = why_no_product(scope, names, product, std::nullopt);
  }
  std::map<std::string, std::vector<Record>> areas;
  for (const Subject& one : subjects) {
    std::string area = one.text(2);
    static const Regex k_project("([A-Za-z][A-Za-z0-9_]*)-[0-9]+/?\\s*$");
    if (area.empty()) {
      if (const auto groups = k_project.groups(one.text(3))) area = groups->at(1);
    }
    ValueList jiras = list_of(one.values[3]);
    for (const std::string& jira : one.values[4]) jiras.emplace_back(jira);
    areas[area].push_back({scope.names.format(one.ref), null_if_empty(area),
                           jiras.empty() ? Value() : Value(std::move(jiras)), one.first(5)});
  }
  std::vector<std::pair<std::string, double>> counts;
  for (auto& [area, rows] : areas) {
    counts.emplace_back(area.empty() ? "(none)" : area, static_cast<double>(rows.size()));
    for (Record& row : rows) report.rows.push_back(std::move(row));
  }
  report.charts.push_back(counted_chart("Patches by area", "area", counts));
  return report;
}

}  // namespace upkeep::patch::report
