// SPDX-License-Identifier: MIT
// recall: who has a patch that turned out to be bad.
#include "patch/model/state_words.hpp"
#include "patch/report/reports.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

/// A patch with which clients got a recalled one, and how.
struct Holder {
  Patch patch;
  const char* how;
};

bool is_by_name(const Patch& a, const Patch& b) {
  return std::pair(platform_key(a.ref->platform), a.ref->number) <
         std::pair(platform_key(b.ref->platform), b.ref->number);
}

/// The patches with a link of that type to one of `targets`, by name; void ones as well.
std::vector<Patch> linked_to(const Scope& scope, const std::string& type,
                             const std::vector<Patch>& targets) {
  std::vector<PatchRef> refs;
  refs.reserve(targets.size());
  for (const Patch& one : targets) refs.push_back(*one.ref);
  const auto ids = LinkStore(scope.connection).linking_to(refs, type);
  std::vector<Patch> found;
  if (!ids.empty()) found = patches_of(scope.connection, ids);
  std::erase_if(found, [](const Patch& one) { return !one.ref; });
  std::sort(found.begin(), found.end(), is_by_name);
  return found;
}

/// Adds what requires the patches of `holders`, or supersedes them, directly or through others.
void add_dependents(const Scope& scope, std::vector<Holder>& holders) {
  std::set<std::uint64_t> known;
  std::vector<Patch> fresh;
  for (const Holder& one : holders) {
    known.insert(one.patch.id);
    fresh.push_back(one.patch);
  }
  while (!fresh.empty()) {
    std::vector<Patch> next;
    for (const char* type : {"requires", "supersedes"}) {
      for (Patch& one : linked_to(scope, type, fresh)) {
        if (!known.insert(one.id).second) continue;
        holders.push_back({one, type});
        next.push_back(std::move(one));
      }
    }
    fresh = std::move(next);
  }
}

/// Whether a state of the history was a released one, moves that were undone aside.
bool was_released(const std::vector<Event>& events, const std::vector<std::string>& released) {
  const auto is_listed = [&](const Value& state) {
    return !state.is_null() && is_one_of(released, to_text(state));
  };
  std::vector<bool> moves;  // those that were not undone
  for (const Event& event : events) {
    if (event.kind == EventKind::undo) {
      if (!moves.empty()) moves.pop_back();
      continue;
    }
    const bool moved = event.kind == EventKind::move;
    for (const Change& one : event.changes) {
      if (!moved && one.key != "state" && one.key != k_renamed_state) continue;
      const bool either = is_listed(one.from) || is_listed(one.to);
      if (moved) moves.push_back(either);
      if (moved) break;  // the dates that it set follow
      if (either) return true;
    }
  }
  return std::find(moves.begin(), moves.end(), true) != moves.end();
}

/// Removes what no client can have: it never was released. The first one, which is recalled, stays.
void keep_released(const Scope& scope, std::vector<Holder>& holders) {
  const auto& released = scope.config.patch.released;
  std::vector<std::uint64_t> doubtful;
  for (const Holder& one : holders) {
    if (!is_released(one.patch, released)) doubtful.push_back(one.patch.id);
  }
  if (doubtful.empty()) return;
  std::map<std::uint64_t, std::vector<Event>> events;
  for (Event& one : events_of(scope.connection, doubtful)) {
    events[one.patch].push_back(std::move(one));
  }
  const auto never = [&](const Holder& one) {
    return !is_released(one.patch, released) && !was_released(events[one.patch.id], released);
  };
  holders.erase(std::remove_if(holders.begin() + 1, holders.end(), never), holders.end());
}

}  // namespace

Report recall(Scope& scope, const std::vector<std::string>& names) {
  Report report{"recall",
                "Recall",
                "Clients of the patches, and of patches that require or supersede them, directly or"
                " through others, and are or were released; since the release. `how` tells the"
                " latter from the patches themselves.",
                {"patch", "client", "state", "since", "recalled", "how"},
                {},
                {}};
  std::vector<std::string> done;
  for (const std::string& name : names) {
    const Patch bad =
        required_patch(scope.connection, scope.names, scope.names.parse_or_throw(name));
    const std::string recalled = scope.names.format(*bad.ref);
    if (std::find(done.begin(), done.end(), recalled) != done.end()) continue;
    done.push_back(recalled);
    std::vector<Holder> holders{{bad, ""}};
    add_dependents(scope, holders);
    keep_released(scope, holders);
    for (const auto& [patch, how] : holders) {
      if (!is_in_range(scope, sql_time(patch.released_at))) continue;
      std::vector<Value> clients;
      for (const std::string& one : values_in(patch.fields, "overview_client"))
        clients.emplace_back(one);
      if (clients.empty()) clients.emplace_back();
      for (const Value& client : clients) {
        report.rows.push_back({scope.names.format(*patch.ref), client, shown_state_of(patch),
                               patch.released_at, recalled, null_if_empty(how)});
      }
    }
  }
  return report;
}

}  // namespace upkeep::patch::report
