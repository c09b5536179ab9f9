// SPDX-License-Identifier: MIT
// Finds links of imported rows that would close a cycle.
#pragma once

#include "patch/model/patch.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

/// The links by which a patch contains another, and, separately, those by which it is ported from
/// another: neither may lead back to the patch. Links of other types are ignored.
class LinkCycles {
 public:
  /// @param platform and number
  using Node = std::pair<std::string, std::uint32_t>;

  /// Whether the link leads back to the patch. Searches from both ends, so that it costs little if
  /// either has few links.
  [[nodiscard]] bool closes(const PatchRef& patch, const Link& link) const;
  /// @returns false if it is already known, or of another type
  bool add(const PatchRef& patch, const Link& link);
  void remove(const PatchRef& patch, const Link& link);

 private:
  using Neighbours = std::map<Node, std::vector<Node>>;
  struct Graph {
    Neighbours targets, sources;
  };
  std::map<bool, Graph> m_graphs;  // by whether the links say what a patch is ported from
};

}  // namespace upkeep::patch
