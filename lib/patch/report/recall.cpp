// SPDX-License-Identifier: MIT
// recall: who has a patch that turned out to be bad.
#include "patch/report/reports.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
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

/// The released patches with a link of that type to one of `targets`, by name.
std::vector<Patch> linked_to(const Scope& scope, const std::string& type,
                             const std::vector<Patch>& targets) {
  std::vector<PatchRef> refs;
  refs.reserve(targets.size());
  for (const Patch& one : targets) refs.push_back(*one.ref);
  const auto ids = LinkStore(scope.connection).linking_to(refs, type);
  std::vector<Patch> found;
  if (!ids.empty()) found = patches_of(scope.connection, ids);
  std::erase_if(found, [&](const Patch& one) {
    return !one.ref || one.voided_at || !is_released(one, scope.config.patch.released);
  });
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

}  // namespace

Report recall(Scope& scope, const std::vector<std::string>& names) {
  Report report{"recall",
                "Recall",
                "Clients of the patches, and of released patches that require or supersede them,"
                " directly or through others; since the release. `how` tells the latter from the"
                " patches themselves.",
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
