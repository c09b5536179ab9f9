// SPDX-License-Identifier: MIT
// Which patches contain which, by their links.
#pragma once

#include "patch/model/patch.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace upkeep::patch::report {

/// Patches with the same platform and number are one node. Add all links before any query.
class LinkGraph {
 public:
  using Node = std::uint32_t;
  /// A subset of at most k_width nodes: one bit each, in the order of the query.
  static constexpr std::size_t k_width = 512;
  struct Some {
    std::array<std::uint64_t, k_width / 64> words{};
    void set(std::size_t bit) { words[bit / 64] |= std::uint64_t{1} << (bit % 64); }
    Some& operator|=(const Some& other);
  };

  /// The answer of contained(), by node. Valid until the graph is asked again.
  class Contained {
   public:
    Contained() = default;
    /// @param sums, component not owned
    Contained(const std::vector<Some>& sums, const std::vector<Node>& component)
        : m_sums(&sums), m_component(&component) {}
    [[nodiscard]] bool empty() const noexcept { return m_sums == nullptr; }
    /// @pre !empty()
    const Some& operator[](Node node) const { return (*m_sums)[(*m_component)[node]]; }

   private:
    const std::vector<Some>* m_sums = nullptr;
    const std::vector<Node>* m_component = nullptr;
  };

  void add(const PatchRef& patch, const std::vector<Link>& links);

  /// nullopt if no link names it.
  [[nodiscard]] std::optional<Node> node(const PatchRef& patch) const;

  /// For every node: which of `asked` it requires or supersedes, directly or through others. Takes
  /// one pass over the links, even if they have cycles. Empty: none is contained.
  /// @pre asked.size() <= k_width
  [[nodiscard]] Contained contained(const std::vector<std::optional<Node>>& asked);

  /// Whether either is linked to the other by `conflicts`.
  [[nodiscard]] bool conflict(const std::optional<Node>& a, const std::optional<Node>& b) const;

 private:
  Node node_of(const PatchRef& patch);
  void order();

  std::unordered_map<std::string, Node> m_nodes;
  std::vector<std::vector<Node>> m_contains;  // by node
  std::vector<bool> m_is_contained;
  std::unordered_set<std::uint64_t> m_conflicts;
  /// Nodes that contain one another have the same number, which is greater than those of the nodes
  /// that they contain.
  std::vector<Node> m_component;
  std::vector<Node> m_order;  // nodes by component
  std::vector<Some> m_sums;   // by component: megabytes, therefore not allocated for each query
};

}  // namespace upkeep::patch::report
