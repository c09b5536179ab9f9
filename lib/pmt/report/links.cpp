// SPDX-License-Identifier: MIT
#include "pmt/report/links.hpp"

#include "base/text.hpp"
#include "pmt/report/reports.hpp"
#include "pmt/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::pmt::report {

void LinkGraph::add(const PatchRef& patch, const std::vector<Link>& links) {
  const std::string from = to_string(patch);
  for (const Link& link : links) {
    if (link.type == "requires" || link.type == "supersedes") {
      m_contains[from].push_back(to_string(link.target));
    } else if (link.type == "conflicts") {
      m_conflicts.insert({from, to_string(link.target)});
    }
  }
}

std::set<std::string> LinkGraph::reachable(const PatchRef& patch) const {
  std::set<std::string> found;
  std::vector<std::string> next{to_string(patch)};
  while (!next.empty()) {
    const auto links = m_contains.find(next.back());
    next.pop_back();
    if (links == m_contains.end()) continue;
    for (const std::string& target : links->second) {
      if (found.insert(target).second) next.push_back(target);
    }
  }
  return found;
}

bool LinkGraph::conflict(const PatchRef& a, const PatchRef& b) const {
  return m_conflicts.contains({to_string(a), to_string(b)}) ||
         m_conflicts.contains({to_string(b), to_string(a)});
}

namespace {

/// Puts patches behind what they require; where that leaves a choice, by platform and number.
class Sorter {
 public:
  explicit Sorter(std::map<std::pair<std::string, std::uint32_t>, const Patch*> patches)
      : m_patches(std::move(patches)) {}

  std::vector<const Patch*> sorted(std::vector<std::string>& warnings) {
    while (!m_patches.empty()) {
      auto next = std::find_if(m_patches.begin(), m_patches.end(),
                               [&](const auto& one) { return is_free(*one.second); });
      if (next == m_patches.end()) {
        next = m_patches.begin();
        warnings.push_back(fmt::format("{} and others require one another: no order is right",
                                       to_string(*next->second->ref)));
      }
      m_sorted.push_back(next->second);
      m_patches.erase(next);
    }
    return std::move(m_sorted);
  }

 private:
  [[nodiscard]] bool is_free(const Patch& patch) const {
    return std::none_of(patch.links.begin(), patch.links.end(), [&](const Link& link) {
      return link.type == "requires" &&
             m_patches.contains(
                 {platform_key(link.target.platform).value_or(""), link.target.number});
    });
  }
  std::map<std::pair<std::string, std::uint32_t>, const Patch*> m_patches;
  std::vector<const Patch*> m_sorted;
};

}  // namespace

Report install_order(Scope& scope, const std::vector<std::string>& names) {
  Report report{"install-order",
                "Order of installation",
                "What a patch requires stands before it; requirements that are not in the set are"
                " named as missing.",
                {"order", "patch", "requires", "missing"},
                {},
                {}};
  std::vector<PatchRef> refs;
  for (const std::string& name : names) {
    const PatchRef ref = scope.names.parse_or_throw(name);
    if (std::find(refs.begin(), refs.end(), ref) == refs.end()) refs.push_back(ref);
  }
  const std::vector<Patch> found = find_patches(scope.connection, refs);
  std::map<std::pair<std::string, std::uint32_t>, const Patch*> set;
  for (const Patch& one : found) {
    set[{platform_key(one.ref->platform).value_or(""), one.ref->number}] = &one;
  }
  for (const PatchRef& ref : refs) {
    if (!set.contains({platform_key(ref.platform).value_or(""), ref.number})) {
      throw Error(ExitStatus::partial,
                  fmt::format("there is no patch {}", scope.names.format(ref)));
    }
  }
  const auto contains = [&](const PatchRef& ref) {
    return set.contains({platform_key(ref.platform).value_or(""), ref.number});
  };
  std::int64_t order = 0;
  for (const Patch* one : Sorter(set).sorted(report.warnings)) {
    ValueList required, missing;
    for (const Link& link : one->links) {
      if (link.type != "requires") continue;
      const std::string name = scope.names.format(link.target);
      required.emplace_back(name);
      if (contains(link.target)) continue;
      missing.emplace_back(name);
      report.warnings.push_back(fmt::format("{} requires {}, which is not in the set",
                                            scope.names.format(*one->ref), name));
    }
    report.rows.push_back({++order, scope.names.format(*one->ref),
                           required.empty() ? Value() : Value(std::move(required)),
                           missing.empty() ? Value() : Value(std::move(missing))});
  }
  return report;
}

}  // namespace upkeep::pmt::report
