// SPDX-License-Identifier: MIT
#include "patch/exchange/link_checker.hpp"

#include "patch/registry/records.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

void LinkChecker::check(ImportBatch& batch) {
  check_cycles(batch);  // first: a row that it refuses is no target for others
  check_targets(batch);
}

void LinkChecker::check_targets(ImportBatch& batch) {
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

/// Links of rows that were not written after all are removed first: they close no cycle.
void LinkChecker::check_cycles(ImportBatch& batch) {
  for (const auto& [patch, links] : m_held) {
    for (const Link& link : links) m_cycles.remove(*parse_ref(patch), link);
  }
  m_held.clear();
  for (ImportRow& one : batch) {
    const bool writes = one.problem.empty() && one.plan != ImportRow::Plan::keep;
    // Nothing links to a patch whose number is yet to be drawn.
    const auto& ref = one.draft.patch.ref;
    if (writes && ref && ref->number != 0 && !one.draft.patch.links.empty()) check_cycles_of(one);
  }
}

void LinkChecker::check_cycles_of(ImportRow& one) {
  load();
  const PatchRef& ref = *one.draft.patch.ref;
  const bool restored = one.is_new() && one.draft.has_history;
  std::vector<Link> added;
  for (const Link& link : one.draft.patch.links) {
    if (!m_cycles.add(ref, link)) continue;  // it is there already
    added.push_back(link);
    if (!one.is_new()) take_current_links(link.target);
    if (!m_cycles.closes(ref, link)) continue;
    const std::string target = m_names.format(link.target);
    if (restored) {
      m_closing.insert(fmt::format("{} {} {}", m_names.format(ref), link.type, target));
      continue;
    }
    one.problem = fmt::format("it {} {}, which would create a cycle of links", link.type, target);
    for (const Link& own : added) m_cycles.remove(ref, own);
    return;
  }
  m_held[to_string(ref)] = std::move(added);
}

void LinkChecker::load() {
  if (m_loaded) return;
  m_loaded = true;
  LinkStore(m_connection).for_each([&](const LinksOf& of) {
    for (const Link& link : of.links) m_cycles.add(of.patch, link);
  });
}

/// Adds links that others have written since load(). The patches that are reached stay locked, so
/// that no link back to the row can be added before it is written. A new row needs no lock: until
/// then, nothing can link to it.
void LinkChecker::take_current_links(const PatchRef& target) {
  std::set<std::string> reached{to_string(target)};
  for (std::vector<PatchRef> open{target}; !open.empty();) {
    std::vector<PatchRef> next;
    for (const LinksOf& one : LinkStore(m_connection).locked(open)) {
      for (const Link& link : one.links) {
        m_cycles.add(one.patch, link);
        if (reached.insert(to_string(link.target)).second) next.push_back(link.target);
      }
    }
    open = std::move(next);
  }
}

void LinkChecker::add_imported(const Draft& draft) {
  if (draft.patch.ref) m_held.erase(to_string(*draft.patch.ref));
  for (const Link& link : draft.patch.links) {
    if (m_loaded && draft.patch.ref) m_cycles.add(*draft.patch.ref, link);
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
