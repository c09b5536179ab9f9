// SPDX-License-Identifier: MIT
#include "pmt/shared_jars.hpp"

#include "base/text.hpp"
#include "pmt/jar_store.hpp"
#include "pmt/query.hpp"
#include "pmt/sql.hpp"
#include "pmt/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::pmt {

namespace {

std::string listed(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    out += (out.empty() ? "" : ",") + replace_all(replace_all(value, "\\", "\\\\"), ",", "\\,");
  }
  return out;
}

bool is_released(const Patch& patch, const config::Patch& config) {
  if (!patch.state) return patch.released_at.has_value();
  return std::any_of(config.released.begin(), config.released.end(),
                     [&](const std::string& state) { return lower(state) == lower(*patch.state); });
}

/// How a field's values may be met: as they stand, and file by file.
std::set<std::string> lower_names(const Values& values) {
  std::set<std::string> names;
  for (const std::string& value : values) names.insert(lower(value));
  for (const std::string& name : listed_jars(values)) names.insert(lower(name));
  return names;
}

/// Patches that were recorded to carry one of `names`, by its file or by what the server calls it.
std::vector<std::uint64_t> recorded_carriers(db::Connection& connection, const PatchRef& ref,
                                             const std::set<std::string>& names,
                                             const config::Patch& config) {
  const auto texts = [](const auto& all) {
    std::string list;
    for (const std::string& one : all) list += (list.empty() ? "" : ", ") + sql_text(one);
    return list.empty() ? "NULL" : list;
  };
  std::vector<std::uint64_t> ids;
  for (const db::Row& row : connection.query(
           fmt::format("SELECT DISTINCT p.id FROM patch p JOIN patch_jar j ON j.patch = p.id"
                       " WHERE p.platform_key = {0} AND COALESCE(p.state, '') NOT IN ({1})"
                       " AND (LOWER(j.name) IN ({2}) OR LOWER(j.bundle) IN ({2})) ORDER BY p.id",
                       sql_text(platform_key(ref.platform).value_or("")),
                       config.released.empty() ? "'-'" : texts(config.released), texts(names)))) {
    ids.push_back(static_cast<std::uint64_t>(row.integer(0)));
  }
  return ids;
}

}  // namespace

std::vector<SharedJar> shared_jars(db::Connection& connection, const Patch& patch,
                                   const SelectorContext& context) {
  const auto field = patch.fields.find(k_jars_key);
  if (field == patch.fields.end() || !patch.ref) return {};
  const std::set<std::string> names = lower_names(field->second);
  if (names.empty()) return {};
  std::map<std::uint64_t, Patch> others;
  const auto selected = selector_sql(parse_selector({"platform=" + patch.ref->platform,
                                                     k_jars_key + ("=" + listed(field->second))}),
                                     context);
  for_each_patch(connection, selected, [&](Patch one) { others.emplace(one.id, std::move(one)); });
  const auto carriers = recorded_carriers(connection, *patch.ref, names, context.config);
  for (Patch& one : patches_of(connection, carriers)) others.emplace(one.id, std::move(one));
  auto recorded = recorded_jars(connection, carriers);
  std::vector<SharedJar> found;
  for (const auto& [id, one] : others) {
    if (id == patch.id || is_released(one, context.config)) continue;
    std::set<std::string> theirs;
    if (const auto list = one.fields.find(k_jars_key); list != one.fields.end()) {
      theirs = lower_names(list->second);
    }
    for (const Jar& jar : recorded[id]) theirs.insert({lower(jar.name), lower(jar.bundle)});
    for (const std::string& value : field->second) {
      for (const std::string& jar :
           theirs.contains(lower(value)) ? Values{value} : listed_jars({value})) {
        if (theirs.contains(lower(jar))) found.push_back({jar, one});
      }
    }
  }
  return found;
}

}  // namespace upkeep::pmt
