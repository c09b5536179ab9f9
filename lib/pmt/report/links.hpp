// SPDX-License-Identifier: MIT
// What contains what, as links say.
#pragma once

#include "pmt/patch.hpp"

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::pmt::report {

class LinkGraph {
 public:
  void add(const PatchRef& patch, const std::vector<Link>& links);

  /// Everything that `patch` requires or supersedes, directly or through others.
  [[nodiscard]] std::set<std::string> reachable(const PatchRef& patch) const;
  /// Whether one of them is linked to the other by `conflicts`.
  [[nodiscard]] bool conflict(const PatchRef& a, const PatchRef& b) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> m_contains;
  std::set<std::pair<std::string, std::string>> m_conflicts;
};

}  // namespace upkeep::pmt::report
