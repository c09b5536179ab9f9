// SPDX-License-Identifier: MIT
// conflicts: which jars are overwritten.
#include "patch/model/bundle_name.hpp"
#include "patch/report/links.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/server_order.hpp"
#include "patch/store/jar_store.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/rows.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <tuple>
#include <unordered_map>

namespace upkeep::patch::report {

namespace {

/// A jar on a platform and its carriers: indexes of subjects, in order of application.
struct Carried {
  std::string jar;
  std::vector<std::uint32_t> carriers;
};

/// Collects the carriers of jars; each bundle is kept once, whatever its files are called.
class CarrierList {
 public:
  explicit CarrierList(const std::vector<Subject>& subjects) : m_subjects(subjects) {}

  void add(std::uint32_t place, const std::string& jar) {
    const auto [bundle, is_new] =
        m_jars.emplace(bundle_key(jar), static_cast<std::uint32_t>(m_jars.size()));
    if (is_new) m_names.emplace_back();
    // The server's spelling compares greater, because `_` sorts after `-` and `.`.
    m_names[bundle->second] = std::max(m_names[bundle->second], jar);
    m_all.push_back({bundle->second, place});
  }

  /// Jars with several carriers, by name and platform.
  std::vector<Carried> shared() {
    std::vector<std::uint32_t> by_name(m_names.size());
    for (std::uint32_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
    std::sort(by_name.begin(), by_name.end(),
              [&](std::uint32_t a, std::uint32_t b) { return m_names[a] < m_names[b]; });
    std::vector<std::uint32_t> rank(m_names.size());
    for (std::uint32_t i = 0; i < by_name.size(); ++i) rank[by_name[i]] = i;
    for (auto& one : m_all) one.first = rank[one.first];
    std::sort(m_all.begin(), m_all.end());
    m_all.erase(std::unique(m_all.begin(), m_all.end()), m_all.end());
    std::vector<Carried> groups;
    for (std::size_t i = 0; i < m_all.size(); ++i) {
      // Subjects are sorted by platform first.
      if (i == 0 || m_all[i].first != m_all[i - 1].first ||
          platform_of(m_all[i]) != platform_of(m_all[i - 1])) {
        if (!groups.empty() && groups.back().carriers.size() < 2) groups.pop_back();
        groups.push_back({m_names[by_name[m_all[i].first]], {}});
      }
      groups.back().carriers.push_back(m_all[i].second);
    }
    if (!groups.empty() && groups.back().carriers.size() < 2) groups.pop_back();
    return groups;
  }

 private:
  using Place = std::pair<std::uint32_t, std::uint32_t>;  // jar, subject
  [[nodiscard]] const std::string& platform_of(const Place& one) const {
    return m_subjects[one.second].platform_key;
  }

  const std::vector<Subject>& m_subjects;
  std::unordered_map<std::string, std::uint32_t> m_jars;
  std::vector<std::string> m_names;
  std::vector<Place> m_all;
};

/// The jars of the subjects: as recorded, otherwise as listed in the field.
std::vector<Carried> shared_by(const Scope& scope, std::vector<Subject>& subjects) {
  std::unordered_map<std::uint64_t, std::uint32_t> places;
  for (std::uint32_t i = 0; i < subjects.size(); ++i) places.emplace(subjects[i].id, i);
  CarrierList list(subjects);
  std::vector<bool> recorded(subjects.size(), false);
  scope.connection.query_each("SELECT patch, bundle FROM patch_jar", [&](const db::Row& row) {
    const auto found = places.find(unsigned_of(row, "patch"));
    if (found == places.end()) return;
    recorded[found->second] = true;
    list.add(found->second, row.text("bundle"));
  });
  for (std::uint32_t i = 0; i < subjects.size(); ++i) {
    if (recorded[i]) continue;
    for (const std::string& jar : listed_jars(subjects[i].values.front())) list.add(i, jar);
  }
  return list.shared();
}

LinkGraph all_links(const Scope& scope) {
  // Of all patches: a chain of links may pass through patches that were not selected.
  LinkGraph graph;
  LinkStore(scope.connection).for_each([&](const LinksOf& one) {
    graph.add(one.patch, one.links);
  });
  return graph;
}

struct Pair {
  std::uint32_t group, later, earlier;
  friend bool operator<(const Pair& a, const Pair& b) {
    return std::tie(a.group, a.later, a.earlier) < std::tie(b.group, b.later, b.earlier);
  }
};

/// The pairs of a jar's carriers that no link explains. The earlier ones are processed in blocks,
/// so that one pass over the links answers for all their pairs at once.
class PairFinder {
 public:
  PairFinder(const std::vector<Carried>& groups,
             const std::vector<std::optional<LinkGraph::Node>>& nodes, LinkGraph& graph)
      : m_groups(groups), m_nodes(nodes), m_graph(graph), m_groups_of(nodes.size()) {
    for (std::uint32_t group = 0; group < groups.size(); ++group) {
      for (const std::uint32_t place : groups[group].carriers) m_groups_of[place].push_back(group);
    }
  }

  std::vector<Pair> find() {
    for (std::size_t start = 0; start < m_nodes.size(); start += LinkGraph::k_width) block(start);
    std::sort(m_pairs.begin(), m_pairs.end());
    return std::move(m_pairs);
  }

 private:
  void block(std::size_t start) {
    const std::size_t end = std::min(m_nodes.size(), start + LinkGraph::k_width);
    std::vector<std::uint32_t> touched;
    for (std::size_t place = start; place < end; ++place) {
      touched.insert(touched.end(), m_groups_of[place].begin(), m_groups_of[place].end());
    }
    if (touched.empty()) return;
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    m_contained = m_graph.contained({m_nodes.begin() + static_cast<std::ptrdiff_t>(start),
                                     m_nodes.begin() + static_cast<std::ptrdiff_t>(end)});
    for (const std::uint32_t group : touched) take(group, start, end);
  }

  /// The group's pairs whose earlier patch is in the block.
  void take(std::uint32_t group, std::size_t start, std::size_t end) {
    const auto& carriers = m_groups[group].carriers;
    LinkGraph::Some before;  // patches of the block that precede the current one
    for (auto one = std::lower_bound(carriers.begin(), carriers.end(), start);
         one != carriers.end(); ++one) {
      add_open(group, *one, start, before);
      if (*one < end) before.set(*one - start);
    }
  }

  void add_open(std::uint32_t group, std::uint32_t later, std::size_t start,
                const LinkGraph::Some& before) {
    static constexpr LinkGraph::Some k_nothing{};
    const auto& node = m_nodes[later];
    const auto& contained = node && !m_contained.empty() ? m_contained[*node] : k_nothing;
    for (std::size_t i = 0; i < before.words.size(); ++i) {
      for (std::uint64_t open = before.words[i] & ~contained.words[i]; open != 0;
           open &= open - 1) {
        const auto earlier = start + i * 64 + static_cast<std::size_t>(std::countr_zero(open));
        m_pairs.push_back({group, later, static_cast<std::uint32_t>(earlier)});
      }
    }
  }

  const std::vector<Carried>& m_groups;
  const std::vector<std::optional<LinkGraph::Node>>& m_nodes;
  LinkGraph& m_graph;
  std::vector<std::vector<std::uint32_t>> m_groups_of;  // by carrier
  LinkGraph::Contained m_contained;
  std::vector<Pair> m_pairs;
};

/// The data for the rows.
struct Conflicts {
  std::vector<std::string> names;  // of the patches
  std::vector<Carried> groups;
  std::vector<Pair> pairs;
  std::vector<bool> declared;  // by pair: whether a `conflicts` link exists

  void print(const std::function<void(const Record&)>& take) const {
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      take({groups[pairs[i].group].jar, names[pairs[i].earlier], names[pairs[i].later],
            declared[i] ? "they are linked as conflicting"
                        : "the later one neither requires nor supersedes the earlier"});
    }
  }
};

}  // namespace

Report conflicts(Scope& scope) {
  Report report{"conflicts",
                "Jars that overwrite each other",
                "Pairs of patches of one platform that carry the same jar, where the one that a"
                " server applies later neither requires nor supersedes the earlier one, directly or"
                " through others.",
                {"jar", "earlier", "later", "why"},
                {},
                {}};
  std::vector<Subject> subjects;
  for_each_subject(scope, {{k_jars_key}, false, ""},
                   [&](Subject&& one) { subjects.push_back(std::move(one)); });
  sort_by_directory(subjects);
  const auto found = std::make_shared<Conflicts>();
  found->groups = shared_by(scope, subjects);
  LinkGraph graph = all_links(scope);
  std::vector<std::optional<LinkGraph::Node>> nodes;
  nodes.reserve(subjects.size());
  found->names.reserve(subjects.size());
  for (const Subject& one : subjects) {
    nodes.push_back(graph.node(one.ref));
    found->names.push_back(scope.names.format(one.ref));
  }
  found->pairs = PairFinder(found->groups, nodes, graph).find();
  std::vector<std::pair<std::string, double>> counts;
  for (const Pair& pair : found->pairs) {
    found->declared.push_back(graph.conflict(nodes[pair.earlier], nodes[pair.later]));
    const std::string& jar = found->groups[pair.group].jar;
    if (counts.empty() || counts.back().first != jar) counts.emplace_back(jar, 0);
    ++counts.back().second;
  }
  report.more = [found](const std::function<void(const Record&)>& take) { found->print(take); };
  Chart chart = counted_chart("Conflicts by jar", "jar", counts);
  chart.y_title = "pairs";
  chart.series.front().name = "pairs";
  report.charts.push_back(std::move(chart));
  return report;
}

}  // namespace upkeep::patch::report
