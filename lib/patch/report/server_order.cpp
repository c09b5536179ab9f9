// SPDX-License-Identifier: MIT
#include "patch/report/server_order.hpp"

#include "patch/model/bundle_name.hpp"
#include "patch/store/jar_store.hpp"

#include <fmt/format.h>

#include <set>

namespace upkeep::patch::report {

namespace {

/// Jars as listed in the field: `a_1.0.jar`, with or without a directory, separated by commas.
std::vector<CarriedJar> carried_by_list(const Values& values) {
  std::vector<CarriedJar> jars;
  for (const std::string& name : listed_jars(values)) {
    jars.push_back({name, name, std::string(bundle_name(name).version), {}, {}});
  }
  return jars;
}

}  // namespace

std::string directory_of(const PatchRef& ref) {
  return fmt::format("patch{:04}", ref.number);
}

void sort_by_directory(std::vector<Subject>& subjects) {
  // A server has patches of one platform; the order of platforms is for readability only.
  arrange(subjects, [](const Subject& one) {
    // Digits compare like text from the left: each in four bits, with no digit before any digit.
    std::uint64_t place = 0;
    constexpr std::size_t k_most_digits = 10;
    std::string digits = fmt::format("{:04}", one.ref.number);
    digits.resize(k_most_digits, '/');
    for (const char c : digits) place = (place << 4U) | static_cast<std::uint64_t>(c - '/');
    return place;
  });
}

std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars_of(
    const Scope& scope, const std::vector<Subject>& subjects, std::size_t key) {
  std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars;
  jars.reserve(subjects.size());
  std::set<std::string> platforms;
  for (const Subject& one : subjects) {
    jars[one.id];
    platforms.insert(one.platform_key);
  }
  scope.connection.query_each(
      fmt::format("SELECT j.patch, j.name, j.bundle, j.version, j.md5, j.sha256 FROM patch p"
                  " JOIN patch_jar j ON j.patch = p.id WHERE p.platform_key IN ({})"
                  " ORDER BY j.patch, j.name",
                  text_list({platforms.begin(), platforms.end()})),
      [&](const db::Row& row) {
        const auto found = jars.find(static_cast<std::uint64_t>(row.integer("patch")));
        if (found == jars.end()) return;
        found->second.push_back({row.text("name"), row.text("bundle"), row.text("version"),
                                 row.text("md5"), row.text("sha256")});
      });
  for (const Subject& one : subjects) {
    if (auto& carried = jars[one.id]; carried.empty()) {
      carried = carried_by_list(one.values.at(key));
    }
  }
  return jars;
}

ValueList jar_names(const std::vector<CarriedJar>& jars) {
  ValueList names;
  std::set<std::string> bundles;
  for (const CarriedJar& jar : jars) {
    if (bundles.insert(bundle_key(jar.bundle)).second) names.emplace_back(jar.name);
  }
  return names;
}

}  // namespace upkeep::patch::report
