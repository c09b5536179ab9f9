// SPDX-License-Identifier: MIT
#include "patch/exchange/link_checker.hpp"

#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

void LinkChecker::check(ImportBatch& batch) {
  std::vector<PatchRef> wanted;
  for (const ImportRow& one : batch) {
    for (const Link& link : one.draft.patch.links) wanted.push_back(link.target);
  }
  if (wanted.empty()) return;
  std::set<std::string> there;
  for (const Patch& patch : find_patches(m_connection, wanted)) there.insert(to_string(*patch.ref));
  // A row refused here does not exist for the others.
  for (bool again = true; again;) {
    again = false;
    std::set<std::string> known = there;
    for (const ImportRow& one : batch) {
      if (one.problem.empty() && one.draft.patch.ref) known.insert(to_string(*one.draft.patch.ref));
    }
    for (ImportRow& one : batch) {
      if (!one.problem.empty() || one.draft.has_history) continue;
      for (const Link& link : one.draft.patch.links) {
        if (known.contains(to_string(link.target)) || !one.problem.empty()) continue;
        one.problem =
            fmt::format("it {} {}, which does not exist", link.type, m_names.format(link.target));
        again = true;
      }
    }
  }
}

void LinkChecker::add_imported(const Draft& draft) {
  for (const Link& link : draft.patch.links) {
    m_promised.emplace(to_string(link.target), name_of(draft.patch, m_names) + " " + link.type);
  }
}

std::vector<std::string> LinkChecker::loose_links() {
  std::vector<std::string> loose;
  std::vector<PatchRef> wanted;
  for (const auto& [target, who] : m_promised) {
    if (const auto ref = parse_ref(target)) wanted.push_back(*ref);
  }
  constexpr std::size_t k_step = 1000;
  for (std::size_t from = 0; from < wanted.size(); from += k_step) {
    const auto end = std::min(from + k_step, wanted.size());
    const std::vector<PatchRef> some(wanted.begin() + static_cast<std::ptrdiff_t>(from),
                                     wanted.begin() + static_cast<std::ptrdiff_t>(end));
    std::set<std::string> there;
    for (const Patch& patch : find_patches(m_connection, some)) {
      there.insert(to_string(*patch.ref));
    }
    for (const PatchRef& ref : some) {
      if (there.contains(to_string(ref))) continue;
      loose.push_back(m_promised.at(to_string(ref)) + " " + m_names.format(ref));
    }
  }
  return loose;
}

}  // namespace upkeep::patch
