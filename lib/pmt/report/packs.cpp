// SPDX-License-Identifier: MIT
// service-pack, qa: what belongs to a product.
#include "base/text.hpp"
#include "pmt/bundle_name.hpp"
#include "pmt/jar_store.hpp"
#include "pmt/report/reports.hpp"
#include "pmt/report/server_order.hpp"
#include "pmt/report/subjects.hpp"
#include "pmt/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace upkeep::pmt::report {

namespace {

/// `WSO2 ESB 4.8.1` and `esb-4.8.1` are one product.
std::string product_key(const std::string& text) {
  std::string key;
  for (const char c : lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') key += c;
  }
  return key.starts_with("wso2") ? key.substr(4) : key;
}

/// Whether fields name a product. Their spellings are few, so each is looked at once.
class ProductFilter {
 public:
  /// @param kernel_too what is for the kernel is for every product
  ProductFilter(const std::string& product, bool kernel_too)
      : m_key(product_key(product)), m_kernel_too(kernel_too) {}

  bool names(const Values& values) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      const auto [place, is_new] = m_known.emplace(value, false);
      if (is_new) place->second = is_named(value);
      return place->second;
    });
  }

 private:
  /// Values that people wrote with commas count as several.
  [[nodiscard]] bool is_named(const std::string& value) const {
    const auto parts = split(value, ',');
    return std::any_of(parts.begin(), parts.end(), [&](const std::string& part) {
      const std::string one = product_key(part);
      return one == m_key ||
             (m_kernel_too && (one.starts_with("carbon") || one.starts_with("kernel")));
    });
  }
  std::string m_key;
  bool m_kernel_too;
  std::unordered_map<std::string, bool> m_known;
};

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
  ProductFilter products(product, true), compatible(product, false);
  auto subjects =
      load_subjects(scope,
                    {{"overview_products", "overview_compatibleProducts", k_jars_key},
                     true,
                     fmt::format(" AND p.platform_key = {} AND {}{}",
                                 sql_text(platform_key(platform).value_or("")), released_sql(scope),
                                 range_sql(scope, "p.released_at"))},
                    [&](const Subject& one) {
                      return products.names(one.values[0]) || compatible.names(one.values[1]);
                    });
  sort_by_directory(subjects);
  const auto jars = jars_of(scope, subjects, 2);
  std::unordered_map<std::uint32_t, const Subject*> superseded;  // number -> by whom
  for (const Subject& one : subjects) {
    for (const Link& link : one.links) {
      if (link.type == "supersedes" && link.target.platform == one.ref.platform) {
        superseded[link.target.number] = &one;
      }
    }
  }
  std::int64_t order = 0;
  std::map<std::string, double> months;
  for (const Subject& one : subjects) {
    const auto by = superseded.find(one.ref.number);
    const bool contained = by == superseded.end();
    ValueList names;
    std::set<std::string> bundles;  // in whatever spellings they are listed
    for (const CarriedJar& jar : jars.at(one.id)) {
      if (bundles.insert(bundle_key(jar.bundle)).second) names.emplace_back(jar.name);
    }
    report.rows.push_back(
        {scope.names.format(one.ref), contained ? Value(++order) : Value(), std::move(names),
         contained ? Value() : Value(scope.names.format(by->second->ref)), directory_of(one.ref)});
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
  ProductFilter filter(product, false);
  const auto subjects = load_subjects(
      scope,
      {{"overview_products", "overview_compatibleProducts", "testInformation_useCase",
        "jiraInformation_publicJIRA", "jiraInformation_supportJIRA", "testInformation_location"},
       false,
       " AND " + released_sql(scope) + range_sql(scope, "p.released_at")},
      [&](const Subject& one) {
        return filter.names(one.values[0]) || filter.names(one.values[1]);
      });
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

}  // namespace upkeep::pmt::report
