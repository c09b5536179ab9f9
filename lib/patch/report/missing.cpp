// SPDX-License-Identifier: MIT
// missing: what a customer's server lacks.
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

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace upkeep::patch::report {

namespace {

using Jars = std::unordered_map<std::uint64_t, std::vector<CarriedJar>>;

/// What the patches applied to a server mean for those that are not.
class Server {
 public:
  /// @param platform every patch of the platform, in the order in which a server applies them; not
  /// owned
  Server(const std::map<std::uint32_t, int>& steps, const std::vector<Subject>& platform) {
    std::map<std::uint32_t, const Subject*> by_number;
    for (const Subject& one : platform) {
      by_number[one.ref.number] = &one;
      if (steps.contains(one.ref.number)) m_applied.push_back(&one);
    }
    const auto is_in_pack = [&](const Subject* one) { return steps.at(one->ref.number) == 0; };
    const auto own = std::stable_partition(m_applied.begin(), m_applied.end(), is_in_pack);
    m_in_pack = static_cast<std::size_t>(own - m_applied.begin());
    for (const Subject* one : m_applied) contain(*one, by_number);
  }

  /// The applied patches, in order.
  [[nodiscard]] const std::vector<const Subject*>& applied() const noexcept { return m_applied; }
  /// Those, and what they supersede, as far as the registry has it.
  [[nodiscard]] const std::vector<const Subject*>& contained() const noexcept { return m_content; }
  /// Whether it is applied, or an applied patch supersedes it, directly or through others.
  [[nodiscard]] bool contains(const Subject& one) const {
    return m_contained.contains(one.ref.number);
  }
  /// An applied patch that requires it; null: none.
  [[nodiscard]] const Subject* user_of(const Subject& one) const {
    const auto found = m_users.find(one.ref.number);
    return found == m_users.end() ? nullptr : found->second;
  }

  /// An applied patch that would overwrite jars of `one`, if all of its jars were overwritten.
  [[nodiscard]] const Subject* overwriting(const Subject& one, const Jars& jars) const {
    std::set<std::string> bundles;
    for (const CarriedJar& jar : jars.at(one.id)) bundles.insert(bundle_key(jar.bundle));
    if (bundles.empty()) return nullptr;
    const Subject* last = nullptr;
    for (std::size_t i = m_in_pack; i < m_applied.size() && !bundles.empty(); ++i) {
      const Subject& later = *m_applied[i];
      if (directory_of(later.ref) < directory_of(one.ref)) continue;
      for (const CarriedJar& jar : jars.at(later.id)) {
        if (bundles.erase(bundle_key(jar.bundle)) > 0) last = &later;
      }
    }
    return bundles.empty() ? last : nullptr;
  }

 private:
  void contain(const Subject& applied, const std::map<std::uint32_t, const Subject*>& by_number) {
    m_contained.insert(applied.ref.number);
    std::vector<const Subject*> open{&applied};
    while (!open.empty()) {
      const Subject& one = *open.back();
      open.pop_back();
      m_content.push_back(&one);
      for (const Link& link : one.links) {
        if (platform_key(link.target.platform) != one.platform_key) continue;
        if (link.type == "requires") m_users.emplace(link.target.number, &applied);
        if (link.type != "supersedes") continue;
        const auto target = by_number.find(link.target.number);
        if (m_contained.insert(link.target.number).second && target != by_number.end()) {
          open.push_back(target->second);
        }
      }
    }
  }

  std::vector<const Subject*> m_applied, m_content;
  std::size_t m_in_pack = 0;  // the first ones
  std::set<std::uint32_t> m_contained;
  std::map<std::uint32_t, const Subject*> m_users;
};

/// The ids of the platform's patches that the report is restricted to; nullopt: all of them.
std::optional<std::set<std::uint64_t>> selected_ids(const Scope& scope,
                                                    const std::string& condition) {
  if (scope.selected.conditions.empty() && !scope.selected.limit) return std::nullopt;
  std::set<std::uint64_t> ids;
  for_each_subject(scope, {{}, false, condition}, [&](Subject&& one) { ids.insert(one.id); });
  return ids;
}

/// Warnings of applied patches that are unknown to the registry, not released, or void.
std::vector<std::string> doubtful(const Scope& scope, const Server& server,
                                  const std::map<std::uint32_t, int>& steps,
                                  const std::string& platform) {
  std::set<std::uint32_t> unknown;
  for (const auto& one : steps) unknown.insert(one.first);
  for (const Subject* one : server.applied()) unknown.erase(one->ref.number);
  std::vector<std::string> texts = unread_patches(scope, platform, unknown);
  for (const Subject* one : server.applied()) {
    if (is_released(one->state, one->released_at, scope.config.patch.released)) continue;
    texts.push_back(applied_although(scope, *one));
  }
  return texts;
}

std::string why_missing(const Scope& scope, const Server& server, const Subject& one,
                        const Jars& jars) {
  const Subject* user = server.user_of(one);
  std::string why = user != nullptr ? fmt::format("required by {}, which is applied",
                                                  scope.names.format(user->ref))
                                    : "not applied";
  if (const Subject* later = server.overwriting(one, jars)) {
    add_clause(why, fmt::format("its jars would be overwritten, at last by {}",
                                scope.names.format(later->ref)));
  }
  return why;
}

/// The patches of a platform, in the order in which a server applies them; void ones as well, as a
/// server may have them.
std::vector<Subject> patches_on(const Scope& scope, const std::string& condition) {
  Scope all = scope;
  all.selected.limit.reset();
  all.selected.conditions.clear();
  all.selected.void_too = true;
  auto patches = load_subjects(
      all, {{"overview_products", "overview_compatibleProducts", k_jars_key}, true, condition});
  sort_by_directory(patches);
  return patches;
}

/// What the server and the missing patches require, but neither contains.
std::vector<std::string> unmet(const Scope& scope, const Server& server,
                               const std::vector<Subject>& lacking,
                               const std::vector<std::optional<std::size_t>>& by, Whole whole) {
  std::vector<Subject> known = lacking;
  for (const Subject* one : server.contained()) known.push_back(*one);
  std::vector<std::optional<std::size_t>> superseded = by;
  superseded.resize(known.size());
  whole.place = "on the server or in this list";
  return missing_requirements(scope, known, superseded, whole);
}

void add_all(std::vector<std::string>& texts, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(texts));
}

}  // namespace

Report missing(Scope& scope, const std::string& platform, const std::string& product,
               const Applied& applied) {
  Report report{"missing",
                "Missing patches on " + platform,
                "Released patches of the platform that are neither applied nor superseded by an"
                " applied one, in the order in which a server applies them; one that another of"
                " them supersedes has no order.",
                {"patch", "order", "jars", "why"},
                {},
                {}};
  const std::string key = platform_key(platform).value_or("");
  const std::string condition = fmt::format(" AND p.platform_key = {}", sql_text(key));
  const auto steps = applied_steps(scope, applied, platform);
  const auto restricted = selected_ids(scope, condition);
  const auto patches = patches_on(scope, condition);
  const Server server(steps, patches);
  report.warnings = doubtful(scope, server, steps, platform);

  const ProductNames names = ProductNames::of(scope.connection);
  PackFilter filter(names, product);
  std::vector<Subject> lacking;
  for (const Subject& one : patches) {
    const bool is_meant = is_released(one.state, one.released_at, scope.config.patch.released) &&
                          is_in_range(scope, one.released_at) &&
                          (!restricted || restricted->contains(one.id));
    if (!is_meant || (!product.empty() && !filter.takes(one.values[0], one.values[1]))) continue;
    if (!server.contains(one)) lacking.push_back(one);
  }
  if (!product.empty() && !filter.has_met_product()) {
    add_all(report.warnings, why_no_product(scope, names, product, key));
  }
  const auto by = superseders(scope, lacking, report.warnings);
  add_all(report.warnings, unmet(scope, server, lacking, by, {platform, [&](const Patch& patch) {
                                                                return product.empty() ||
                                                                       filter.takes(patch);
                                                              }}));
  const auto jars = jars_of(scope, patches, 2);
  std::int64_t order = 0;
  for (std::size_t i = 0; i < lacking.size(); ++i) {
    const Subject& one = lacking[i];
    report.rows.push_back({scope.names.format(one.ref), by[i] ? Value() : Value(++order),
                           jar_names(jars.at(one.id)),
                           by[i] ? "superseded by " + scope.names.format(lacking[*by[i]].ref)
                                 : why_missing(scope, server, one, jars)});
  }
  return report;
}

}  // namespace upkeep::patch::report
