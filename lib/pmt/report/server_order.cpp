// SPDX-License-Identifier: MIT
#include "pmt/report/server_order.hpp"

#include "base/text.hpp"
#include "pmt/jar_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::pmt::report {

namespace {

/// A jar as the field lists it: `a_1.0.jar`, with or without a directory, several with commas.
std::vector<CarriedJar> listed_jars(const Values& values) {
  std::vector<CarriedJar> jars;
  for (const std::string& value : values) {
    for (const std::string& line : split(replace_all(value, ",", "\n"), '\n')) {
      std::string name(trim(line));
      name = name.substr(name.rfind('/') + 1);
      if (name.empty()) continue;
      jars.push_back({name, name, version_in(name), {}, {}});
    }
  }
  return jars;
}

}  // namespace

std::string directory_of(const PatchRef& ref) {
  return fmt::format("patch{:04}", ref.number);
}

void sort_by_directory(std::vector<Subject>& subjects) {
  // A server has patches of one platform; between platforms the order is only tidy.
  std::vector<std::pair<std::string, std::size_t>> keys;
  keys.reserve(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    keys.emplace_back(subjects[i].platform_key + '\n' + directory_of(subjects[i].ref), i);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<Subject> sorted;
  sorted.reserve(subjects.size());
  for (const auto& [key, place] : keys) sorted.push_back(std::move(subjects[place]));
  subjects = std::move(sorted);
}

std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars_of(
    const Scope& scope, const std::vector<Subject>& subjects, std::size_t key) {
  std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars;
  for (const Subject& one : subjects) jars[one.id];
  for (const db::Row& row : scope.connection.query("SELECT patch, name, bundle, version, md5, "
                                                   "sha256 FROM patch_jar ORDER BY patch, name")) {
    const auto found = jars.find(static_cast<std::uint64_t>(row.integer(0)));
    if (found == jars.end()) continue;
    found->second.push_back({row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
  }
  for (const Subject& one : subjects) {
    if (auto& carried = jars[one.id]; carried.empty()) carried = listed_jars(one.values.at(key));
  }
  return jars;
}

}  // namespace upkeep::pmt::report
