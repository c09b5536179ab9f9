// SPDX-License-Identifier: MIT
#include "patch/report/links.hpp"

#include "base/text.hpp"
#include "patch/report/reports.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch::report {

namespace {

std::uint64_t pair_key(LinkGraph::Node a, LinkGraph::Node b) {
  constexpr unsigned k_half = 32;
  return (std::uint64_t{std::min(a, b)} << k_half) | std::max(a, b);
}

/// Tarjan's strongly connected components, without recursion because chains of links may be long. A
/// component is finished after all components that it leads to.
class Components {
 public:
  using Node = LinkGraph::Node;
  explicit Components(const std::vector<std::vector<Node>>& edges)
      : m_edges(edges), m_seen(edges.size(), 0), m_low(edges.size(), 0) {
    component.assign(edges.size(), k_open);
    for (Node node = 0; node < edges.size(); ++node) {
      if (m_seen[node] == 0) visit(node);
    }
  }
  std::vector<Node> component, order;

 private:
  static constexpr Node k_open = UINT32_MAX;

  void enter(Node node) {
    m_seen[node] = m_low[node] = ++m_time;
    m_open.push_back(node);
    m_path.push_back({node, 0});
  }

  void visit(Node start) {
    enter(start);
    while (!m_path.empty()) {
      auto& [node, next] = m_path.back();
      if (next < m_edges[node].size()) {
        const Node target = m_edges[node][next++];
        if (m_seen[target] == 0) {
          enter(target);
        } else if (component[target] == k_open) {
          m_low[node] = std::min(m_low[node], m_seen[target]);
        }
        continue;
      }
      leave(node);
    }
  }

  void leave(Node node) {
    m_path.pop_back();
    if (!m_path.empty()) {
      Node& above = m_low[m_path.back().first];
      above = std::min(above, m_low[node]);
    }
    if (m_low[node] != m_seen[node]) return;
    for (Node member = k_open; member != node;) {
      member = m_open.back();
      m_open.pop_back();
      component[member] = m_count;
      order.push_back(member);
    }
    ++m_count;
  }

  const std::vector<std::vector<Node>>& m_edges;
  std::vector<Node> m_seen, m_low, m_open;
  std::vector<std::pair<Node, std::size_t>> m_path;
  Node m_time = 0, m_count = 0;
};

}  // namespace

LinkGraph::Some& LinkGraph::Some::operator|=(const Some& other) {
  for (std::size_t i = 0; i < words.size(); ++i) words[i] |= other.words[i];
  return *this;
}

LinkGraph::Node LinkGraph::node_of(const PatchRef& patch) {
  const auto [place, is_new] =
      m_nodes.emplace(to_string(patch), static_cast<Node>(m_contains.size()));
  if (is_new) {
    m_contains.emplace_back();
    m_is_contained.push_back(false);
    m_order.clear();
  }
  return place->second;
}

void LinkGraph::add(const PatchRef& patch, const std::vector<Link>& links) {
  for (const Link& link : links) {
    const bool contains = link.type == "requires" || link.type == "supersedes";
    if (!contains && link.type != "conflicts") continue;
    const Node from = node_of(patch), to = node_of(link.target);
    if (contains) {
      m_contains[from].push_back(to);
      m_is_contained[to] = true;
      m_order.clear();
    } else {
      m_conflicts.insert(pair_key(from, to));
    }
  }
}

std::optional<LinkGraph::Node> LinkGraph::node(const PatchRef& patch) const {
  const auto found = m_nodes.find(to_string(patch));
  return found == m_nodes.end() ? std::nullopt : std::optional(found->second);
}

void LinkGraph::order() {
  if (!m_order.empty()) return;
  Components found(m_contains);
  m_component = std::move(found.component);
  m_order = std::move(found.order);
}

LinkGraph::Contained LinkGraph::contained(const std::vector<std::optional<Node>>& asked) {
  order();
  constexpr std::uint16_t k_none = UINT16_MAX;
  std::vector<std::uint16_t> bits(m_contains.size(), k_none);
  bool any = false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!asked[i] || !m_is_contained[*asked[i]]) continue;
    bits[*asked[i]] = static_cast<std::uint16_t>(i);
    any = true;
  }
  if (!any) return {};
  m_sums.assign(m_contains.size(), {});
  for (const Node node : m_order) {
    Some& sum = m_sums[m_component[node]];
    for (const Node target : m_contains[node]) {
      if (bits[target] != k_none) sum.set(bits[target]);
      if (m_component[target] != m_component[node]) sum |= m_sums[m_component[target]];
    }
  }
  return {m_sums, m_component};
}

bool LinkGraph::conflict(const std::optional<Node>& a, const std::optional<Node>& b) const {
  return a && b && m_conflicts.contains(pair_key(*a, *b));
}

namespace {

/// Sorts patches after those that they require; otherwise by platform and number.
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
        warnings.push_back(
            fmt::format("{} and others require one another: there is no correct order",
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
                "Patches are listed after those that they require; requirements outside the set are"
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
  for (const Patch& one : found) {
    if (!one.voided_at) continue;
    report.warnings.push_back(
        fmt::format("{} is void: it is left out", scope.names.format(*one.ref)));
    set.erase({platform_key(one.ref->platform).value_or(""), one.ref->number});
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

}  // namespace upkeep::patch::report
