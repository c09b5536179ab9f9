// SPDX-License-Identifier: MIT
#include "patch/report/pack_contents.hpp"

#include "base/text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace upkeep::patch::report {

namespace {

/// One patch, independent of how its platform was spelt.
using Id = std::pair<std::string, std::uint32_t>;

Id id_of(const PatchRef& ref) {
  return {platform_key(ref.platform).value_or(ref.platform), ref.number};
}

/// What patches supersede directly.
using Targets = std::map<Id, std::vector<PatchRef>>;

std::vector<PatchRef> superseded_by(const std::vector<Link>& links) {
  std::vector<PatchRef> targets;
  for (const Link& link : links) {
    if (link.type == "supersedes") targets.push_back(link.target);
  }
  return targets;
}

/// The same of patches that the subjects supersede without being among them: not released, void or
/// excluded. What these supersede is superseded as well.
Targets between(const Scope& scope, const std::vector<Subject>& subjects) {
  std::set<Id> known;
  for (const Subject& one : subjects) known.insert(id_of(one.ref));
  std::vector<PatchRef> fresh;
  const auto add = [&](const std::vector<PatchRef>& targets) {
    for (const PatchRef& ref : targets) {
      if (known.insert(id_of(ref)).second) fresh.push_back(ref);
    }
  };
  for (const Subject& one : subjects) add(superseded_by(one.links));
  Targets found;
  while (!fresh.empty()) {
    const std::vector<PatchRef> some = std::exchange(fresh, {});
    for (const Patch& one : find_patches(scope.connection, some)) {
      add(found[id_of(*one.ref)] = superseded_by(one.links));
    }
  }
  return found;
}

/// Which subjects supersede which, by index.
class Supersessions {
 public:
  Supersessions(const std::vector<Subject>& subjects, const Targets& others)
      : m_targets(subjects.size()), m_by(subjects.size()), m_is_target(subjects.size(), false) {
    std::map<Id, std::size_t> places;
    for (std::size_t i = 0; i < subjects.size(); ++i) places[id_of(subjects[i].ref)] = i;
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      std::vector<PatchRef> open = superseded_by(subjects[i].links);
      std::set<Id> passed;
      while (!open.empty()) {
        const Id id = id_of(open.back());
        open.pop_back();
        if (const auto found = places.find(id); found != places.end()) {
          add(i, found->second);
        } else if (const auto other = others.find(id);
                   other != others.end() && passed.insert(id).second) {
          open.insert(open.end(), other->second.begin(), other->second.end());
        }
      }
    }
  }

  /// What remains are cycles, once everything below a contained patch is superseded.
  std::vector<std::optional<std::size_t>> resolve(
      const std::function<void(const std::vector<std::size_t>&)>& cycle) {
    for (std::size_t i = m_targets.size(); i-- > 0;) {  // of several, the last one supersedes
      if (!m_is_target[i]) contain(i);
    }
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
      if (m_done.contains(i)) continue;
      const auto members = cycle_above(i);
      cycle(members);
      contain(members.back());
    }
    return std::move(m_by);
  }

 private:
  void add(std::size_t place, std::size_t target) {
    if (target == place) return;
    m_targets[place].push_back(target);
    m_is_target[target] = true;
  }

  void contain(std::size_t place) {
    m_done.insert(place);
    std::vector<std::size_t> open{place};
    while (!open.empty()) {
      const std::size_t one = open.back();
      open.pop_back();
      for (const std::size_t target : m_targets[one]) {
        if (!m_done.insert(target).second) continue;
        m_by[target] = one;
        open.push_back(target);
      }
    }
  }

  [[nodiscard]] std::set<std::size_t> reached_from(std::size_t place) const {
    std::set<std::size_t> reached;
    std::vector<std::size_t> open{place};
    while (!open.empty()) {
      const std::size_t one = open.back();
      open.pop_back();
      for (const std::size_t target : m_targets[one]) {
        if (!m_done.contains(target) && reached.insert(target).second) open.push_back(target);
      }
    }
    return reached;
  }

  /// The cycle at the top of all that leads to `place`: nothing outside supersedes it.
  [[nodiscard]] std::vector<std::size_t> cycle_above(std::size_t place) const {
    std::size_t top = place;
    std::set<std::size_t> below = reached_from(top);
    for (std::size_t one = 0; one < m_targets.size(); ++one) {
      if (m_done.contains(one) || below.contains(one)) continue;
      std::set<std::size_t> reached = reached_from(one);
      if (!reached.contains(top)) continue;
      top = one;
      below = std::move(reached);
    }
    std::vector<std::size_t> members;
    for (const std::size_t one : below) {
      if (reached_from(one).contains(top)) members.push_back(one);
    }
    return members;
  }

  std::vector<std::vector<std::size_t>> m_targets;
  std::vector<std::optional<std::size_t>> m_by;
  std::vector<bool> m_is_target;
  std::set<std::size_t> m_done;
};

/// Follows requirements that lead out of the set.
class Requirements {
 public:
  Requirements(const Scope& scope, const Whole& whole)
      : m_scope(scope),
        m_whole(whole),
        m_platform(platform_key(whole.platform).value_or(whole.platform)) {}

  /// In the pack, or part of a patch in the pack.
  void add_contained(const Subject& one) {
    m_in_pack.insert(id_of(one.ref));
    take_links(one.ref, one.links);
  }
  void add_superseded(const Subject& one) { m_in_pack.insert(id_of(one.ref)); }

  std::vector<std::string> warnings() {
    follow_supersessions();
    std::vector<std::string> texts;
    while (!m_open.empty()) {
      const std::vector<Need> needs = std::move(m_open);
      m_open.clear();
      std::vector<PatchRef> refs;
      refs.reserve(needs.size());
      for (const Need& need : needs) refs.push_back(need.what);
      const auto found = patches(refs);
      for (const Need& need : needs) {
        const auto patch = found.find(id_of(need.what));
        const bool exists = patch != found.end();
        texts.push_back(fmt::format("{} requires {}, which is not {}: {}",
                                    m_scope.names.format(need.by), m_scope.names.format(need.what),
                                    m_whole.place,
                                    exists ? reason(patch->second) : "there is no such patch"));
        if (exists) take_links(*patch->second.ref, patch->second.links);
      }
    }
    return texts;
  }

 private:
  struct Need {
    PatchRef by, what;
  };

  void take_links(const PatchRef& by, const std::vector<Link>& links) {
    for (const Link& link : links) {
      const Id id = id_of(link.target);
      if (link.type == "supersedes") m_superseded.push_back(link.target);
      if (link.type != "requires" || m_in_pack.contains(id) || !m_seen.insert(id).second) continue;
      m_open.push_back({by, link.target});
    }
  }

  /// A patch superseded by one in the pack is in the pack as well, even if it was never released.
  void follow_supersessions() {
    while (!m_superseded.empty()) {
      std::vector<PatchRef> fresh;
      for (const PatchRef& ref : m_superseded) {
        if (m_in_pack.insert(id_of(ref)).second) fresh.push_back(ref);
      }
      m_superseded.clear();
      for (const auto& [id, patch] : patches(fresh)) {
        for (const Link& link : patch.links) {
          if (link.type == "supersedes") m_superseded.push_back(link.target);
        }
      }
    }
    std::erase_if(m_open, [&](const Need& need) { return m_in_pack.contains(id_of(need.what)); });
  }

  [[nodiscard]] std::map<Id, Patch> patches(const std::vector<PatchRef>& refs) const {
    std::map<Id, Patch> found;
    if (refs.empty()) return found;
    for (Patch& one : find_patches(m_scope.connection, refs)) {
      const Id id = id_of(*one.ref);
      found.emplace(id, std::move(one));
    }
    return found;
  }

  [[nodiscard]] std::string reason(const Patch& patch) const {
    if (patch.voided_at) return "it is void";
    if (!is_released(patch, m_scope.config.patch.released)) {
      return patch.state ? fmt::format("it is in the state {}", *patch.state)
                         : "it is not released";
    }
    if (id_of(*patch.ref).first != m_platform) return "it is for another platform";
    if (!m_whole.is_for_product(patch)) return "it is for another product";
    const std::string at = sql_time(patch.released_at).value_or("");
    if ((m_scope.from && at < *m_scope.from) || (m_scope.to && at >= *m_scope.to)) {
      return at.empty() ? "it has no date of release" : "it was released on " + at.substr(0, 10);
    }
    return "the terms exclude it";
  }

  const Scope& m_scope;
  const Whole& m_whole;
  std::string m_platform;
  std::set<Id> m_in_pack, m_seen;
  std::vector<PatchRef> m_superseded;
  std::vector<Need> m_open;
};

}  // namespace

std::vector<std::optional<std::size_t>> superseders(const Scope& scope,
                                                    const std::vector<Subject>& subjects,
                                                    std::vector<std::string>& warnings) {
  return Supersessions(subjects, between(scope, subjects))
      .resolve([&](const std::vector<std::size_t>& cycle) {
        std::vector<std::string> names;
        names.reserve(cycle.size());
        for (const std::size_t one : cycle) names.push_back(scope.names.format(subjects[one].ref));
        warnings.push_back(fmt::format("{} supersede one another: {}, the last one applied, counts",
                                       join(names, ", "), names.back()));
      });
}

std::vector<std::string> missing_requirements(const Scope& scope,
                                              const std::vector<Subject>& subjects,
                                              const std::vector<std::optional<std::size_t>>& by,
                                              const Whole& whole) {
  Requirements requirements(scope, whole);
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (by[i]) requirements.add_superseded(subjects[i]);
  }
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (!by[i]) requirements.add_contained(subjects[i]);
  }
  return requirements.warnings();
}

}  // namespace upkeep::patch::report
