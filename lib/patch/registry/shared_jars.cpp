// SPDX-License-Identifier: MIT
#include "patch/registry/shared_jars.hpp"

#include "base/text.hpp"
#include "patch/model/bundle_name.hpp"
#include "patch/query/query.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

/// The bundles named in the field, in lower case.
std::map<std::string, std::string> bundles_of(const Values& values) {
  std::map<std::string, std::string> bundles;
  for (const std::string& name : listed_jars(values))
    bundles.emplace(bundle_key(lower(name)), name);
  return bundles;
}

/// Patches with a recorded jar of the same name as one of `bundles`, in any version.
std::vector<std::uint64_t> recorded_carriers(db::Connection& connection, const PatchRef& ref,
                                             const std::map<std::string, std::string>& bundles,
                                             const config::Patch& config) {
  std::string names;
  for (const auto& bundle : bundles) {
    const std::string name = lower(std::string(bundle_name(bundle.second).name));
    names +=
        fmt::format("{0}LOWER(j.name) LIKE {1} ESCAPE '!' OR LOWER(j.bundle) LIKE {1} ESCAPE '!'",
                    names.empty() ? "" : " OR ", sql_text(db::like_literal(name) + "%"));
  }
  std::vector<std::uint64_t> ids;
  for (const db::Row& row : connection.query(
           fmt::format("SELECT DISTINCT p.id FROM patch p JOIN patch_jar j ON j.patch = p.id"
                       " WHERE p.platform_key = {} AND p.voided_at IS NULL AND ({}) IS NOT TRUE"
                       " AND ({}) ORDER BY p.id",
                       sql_text(platform_key(ref.platform).value_or("")),
                       in_states_sql(config.released), names))) {
    ids.push_back(static_cast<std::uint64_t>(row.integer("id")));
  }
  return ids;
}

/// Patches of the platform that list a jar of the same name as one of `bundles`, in any version.
std::map<std::uint64_t, Patch> listing_patches(db::Connection& connection, const PatchRef& ref,
                                               const std::map<std::string, std::string>& bundles,
                                               const SelectorContext& context) {
  std::string names;
  for (const auto& bundle : bundles) {
    const std::string name(bundle_name(bundle.second).name);
    names += (names.empty() ? "" : ",") + replace_all(replace_all(name, "\\", "\\\\"), ",", "\\,");
  }
  const auto selected = selector_sql(
      parse_selector({"platform=" + ref.platform, k_jars_key + ("~" + names)}), context);
  std::map<std::uint64_t, Patch> found;
  for_each_patch(connection, selected, [&](Patch one) { found.emplace(one.id, std::move(one)); });
  return found;
}

}  // namespace

std::vector<SharedJar> shared_jars(db::Connection& connection, const Patch& patch,
                                   const SelectorContext& context) {
  const auto field = patch.fields.find(k_jars_key);
  if (field == patch.fields.end() || !patch.ref) return {};
  const auto bundles = bundles_of(field->second);
  if (bundles.empty()) return {};
  auto others = listing_patches(connection, *patch.ref, bundles, context);
  const auto carriers = recorded_carriers(connection, *patch.ref, bundles, context.config);
  for (Patch& one : patches_of(connection, carriers)) others.emplace(one.id, std::move(one));
  const auto recorded = recorded_jars(connection, carriers);
  std::vector<SharedJar> found;
  for (const auto& [id, one] : others) {
    if (id == patch.id || is_released(one, context.config.released)) continue;
    std::set<std::string> theirs;
    if (const auto list = one.fields.find(k_jars_key); list != one.fields.end()) {
      for (const auto& bundle : bundles_of(list->second)) theirs.insert(bundle.first);
    }
    if (const auto jars = recorded.find(id); jars != recorded.end()) {
      for (const Jar& jar : jars->second) {
        theirs.insert({bundle_key(lower(jar.name)), bundle_key(lower(jar.bundle))});
      }
    }
    for (const auto& [bundle, jar] : bundles) {
      if (theirs.contains(bundle)) found.push_back({jar, one});
    }
  }
  return found;
}

}  // namespace upkeep::patch
