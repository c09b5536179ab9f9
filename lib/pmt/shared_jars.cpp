// SPDX-License-Identifier: MIT
#include "pmt/shared_jars.hpp"

#include "base/text.hpp"
#include "pmt/query.hpp"
#include "pmt/sql.hpp"
#include "pmt/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::pmt {

namespace {

constexpr const char* k_jars_key = "patchInformation_jarsInvolved";

std::string listed(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) {
    out += (out.empty() ? "" : ",") + replace_all(replace_all(value, "\\", "\\\\"), ",", "\\,");
  }
  return out;
}

}  // namespace

std::vector<SharedJar> shared_jars(db::Connection& connection, const Patch& patch,
                                   const SelectorContext& context) {
  const auto field = patch.fields.find(k_jars_key);
  if (field == patch.fields.end() || !patch.ref) return {};
  const Values& jars = field->second;
  const auto released = [&](const Patch& one) {
    const auto& states = context.config.released;
    if (!one.state) return one.released_at.has_value();
    return std::any_of(states.begin(), states.end(),
                       [&](const std::string& state) { return lower(state) == lower(*one.state); });
  };
  std::vector<SharedJar> found;
  const auto selected = selector_sql(
      parse_selector({"platform=" + patch.ref->platform, k_jars_key + ("=" + listed(jars))}),
      context);
  for_each_patch(connection, selected, [&](const Patch& one) {
    if (one.id == patch.id || released(one)) return;
    const auto others = one.fields.find(k_jars_key);
    if (others == one.fields.end()) return;
    for (const std::string& jar : jars) {
      const bool same =
          std::any_of(others->second.begin(), others->second.end(),
                      [&](const std::string& other) { return lower(other) == lower(jar); });
      if (same) found.push_back({jar, one});
    }
  });
  return found;
}

}  // namespace upkeep::pmt
