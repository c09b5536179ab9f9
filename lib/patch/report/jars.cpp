// SPDX-License-Identifier: MIT
// effective: which patch's copy of each jar is used.
#include "base/text.hpp"
#include "patch/model/bundle_name.hpp"
#include "patch/report/applied.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/server_order.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

/// Whether `wanted` names the jar: its file, its name on the server, or either without version.
bool is_called(const CarriedJar& jar, const std::string& wanted) {
  if (wanted.empty()) return true;
  const auto means = [&](const std::string& name) {
    const auto [bundle, version] = bundle_name(name);
    return bundle_key(name) == bundle_key(wanted) || (!version.empty() && bundle == wanted);
  };
  return means(jar.name) || means(jar.bundle);
}

/// Jars that contain the typed text; otherwise how many there are.
std::string closest_jars(const std::string& jar, const std::set<std::string>& bundles) {
  std::vector<std::string> some;
  for (const std::string& one : bundles) {
    constexpr std::size_t k_most = 5;
    if (some.size() < k_most && lower(one).find(lower(trim(jar))) != std::string::npos) {
      some.push_back(one);
    }
  }
  if (!some.empty()) return "there is " + join(some, ", ");
  return bundles.size() == 1 ? "the only jar is " + *bundles.begin()
                             : fmt::format("they carry {} others", bundles.size());
}

/// Why no patch was considered, or why none of them has the jar.
std::string why_no_jar(const Scope& scope, const std::string& platform, const std::string& jar,
                       const std::vector<Subject>& subjects,
                       const std::unordered_map<std::uint64_t, std::vector<CarriedJar>>& jars) {
  if (subjects.empty()) {
    Scope all = scope;
    all.selected.limit.reset();
    all.selected.conditions.clear();
    std::size_t count = 0;
    for_each_subject(
        all,
        {{},
         false,
         fmt::format(" AND p.platform_key = {} AND {}",
                     sql_text(platform_key(platform).value_or("")), released_sql(scope))},
        [&](Subject&&) { ++count; });
    return fmt::format("no released patch is for {}{}; {} released in all", platform,
                       narrowed(scope), count == 1 ? "1 is" : fmt::format("{} are", count));
  }
  std::set<std::string> bundles;
  for (const auto& one : jars) {
    for (const CarriedJar& carried : one.second) bundles.insert(carried.bundle);
  }
  const std::string of =
      subjects.size() == 1
          ? fmt::format("the only patch of {}{} does not carry", platform, narrowed(scope))
          : fmt::format("none of the {} patches of {}{} carries", subjects.size(), platform,
                        narrowed(scope));
  if (bundles.empty()) return of + " a jar";
  std::vector<std::string> names{bundles.begin(), bundles.end()};
  for (const std::string& one : bundles) names.emplace_back(bundle_name(one).name);
  std::string text = fmt::format("{} '{}'", of, printable(jar));
  add_clause(text, did_you_mean(jar, names, closest_jars(jar, bundles)));
  return text;
}

}  // namespace

Report effective(Scope& scope, const std::string& platform, const std::string& jar,
                 const Applied* applied) {
  Report report{"effective",
                "Effective jars on " + platform,
                "For each jar the patch whose copy a server runs: what the service pack contains"
                " first, then directories by their names as text; the last one wins.",
                {"jar", "patch", "version", "digest", "md5"},
                {},
                {}};
  std::string condition =
      fmt::format(" AND p.platform_key = {}", sql_text(platform_key(platform).value_or("")));
  std::map<std::uint32_t, int> steps;
  if (applied == nullptr) {
    condition += " AND " + released_sql(scope) + range_sql(scope, "p.released_at");
  } else {
    steps = applied_steps(scope, *applied, platform);
  }
  Scope considered = scope;
  considered.selected.void_too = scope.selected.void_too || applied != nullptr;
  auto subjects = load_subjects(considered, {{k_jars_key}, false, condition});
  if (applied != nullptr) {
    std::set<std::uint32_t> missing;
    for (const auto& [number, step] : steps) missing.insert(number);
    std::erase_if(subjects, [&](const Subject& one) { return missing.erase(one.ref.number) == 0; });
    for (auto& one : unread_patches(scope, platform, missing)) {
      report.warnings.push_back(std::move(one));
    }
    for (const Subject& one : subjects) {
      if (one.state == k_void_state) report.warnings.push_back(applied_although(scope, one));
    }
  }
  sort_by_directory(subjects);
  std::stable_sort(subjects.begin(), subjects.end(), [&](const Subject& a, const Subject& b) {
    return applied != nullptr && steps.at(a.ref.number) < steps.at(b.ref.number);
  });
  const auto jars = jars_of(scope, subjects, 0);
  std::map<std::string, std::pair<const Subject*, const CarriedJar*>> winners;
  for (const Subject& one : subjects) {
    for (const CarriedJar& carried : jars.at(one.id)) {
      if (is_called(carried, jar)) winners[bundle_key(carried.bundle)] = {&one, &carried};
    }
  }
  const bool is_narrowed = !jar.empty() || !narrowed(scope).empty();
  if (winners.empty() && is_narrowed && (applied == nullptr || !subjects.empty())) {
    report.warnings.push_back(why_no_jar(scope, platform, jar, subjects, jars));
  }
  std::map<std::string, double> counts;
  for (const auto& one : winners) {
    const auto& [subject, carried] = one.second;
    const std::string name = scope.names.format(subject->ref);
    report.rows.push_back({carried->bundle, name, null_if_empty(carried->version),
                           null_if_empty(carried->sha256), null_if_empty(carried->md5)});
    ++counts[name];
  }
  Chart chart = counted_chart("Effective jars by patch", "patch", {counts.begin(), counts.end()});
  chart.y_title = "jars";
  chart.series.front().name = "jars";
  report.charts.push_back(std::move(chart));
  return report;
}

}  // namespace upkeep::patch::report
