// SPDX-License-Identifier: MIT
#include "patch/exchange/link_cycles.hpp"

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

using Node = LinkCycles::Node;

Node node_of(const PatchRef& patch) {
  return {platform_key(patch.platform).value_or(""), patch.number};
}

/// A search from one node, node by node.
class Frontier {
 public:
  Frontier(const std::map<Node, std::vector<Node>>& edges, Node start)
      : m_edges(edges), m_seen{start}, m_open{std::move(start)} {}

  [[nodiscard]] bool done() const noexcept { return m_open.empty(); }
  /// Looks at the next node. @returns whether `target` follows it
  bool step(const Node& target) {
    const Node node = std::move(m_open.back());
    m_open.pop_back();
    const auto found = m_edges.find(node);
    if (found == m_edges.end()) return false;
    for (const Node& next : found->second) {
      if (next == target) return true;
      if (m_seen.insert(next).second) m_open.push_back(next);
    }
    return false;
  }

 private:
  const std::map<Node, std::vector<Node>>& m_edges;
  std::set<Node> m_seen;
  std::vector<Node> m_open;
};

bool is_ignored(const Link& link) {
  return link.type == "conflicts";
}

bool says_port(const Link& link) {
  return link.type == "ported-from";
}

void drop(std::map<Node, std::vector<Node>>& edges, const Node& from, const Node& to) {
  const auto found = edges.find(from);
  if (found == edges.end()) return;
  std::erase(found->second, to);
  if (found->second.empty()) edges.erase(found);
}

}  // namespace

bool LinkCycles::closes(const PatchRef& patch, const Link& link) const {
  if (is_ignored(link)) return false;
  const Node from = node_of(patch), to = node_of(link.target);
  if (from == to) return true;
  const auto graph = m_graphs.find(says_port(link));
  if (graph == m_graphs.end()) return false;
  Frontier ahead(graph->second.targets, to), back(graph->second.sources, from);
  while (!ahead.done() && !back.done()) {
    if (ahead.step(from) || back.step(to)) return true;
  }
  return false;
}

bool LinkCycles::add(const PatchRef& patch, const Link& link) {
  if (is_ignored(link)) return false;
  Graph& graph = m_graphs[says_port(link)];
  const Node from = node_of(patch), to = node_of(link.target);
  std::vector<Node>& targets = graph.targets[from];
  if (std::find(targets.begin(), targets.end(), to) != targets.end()) return false;
  targets.push_back(to);
  graph.sources[to].push_back(from);
  return true;
}

void LinkCycles::remove(const PatchRef& patch, const Link& link) {
  Graph& graph = m_graphs[says_port(link)];
  drop(graph.targets, node_of(patch), node_of(link.target));
  drop(graph.sources, node_of(link.target), node_of(patch));
}

}  // namespace upkeep::patch
