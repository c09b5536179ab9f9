// SPDX-License-Identifier: MIT
#include "patch/lifecycle/tick_guard.hpp"

#include "base/text.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/state_words.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch::lifecycle {

bool TickGuard::is_guarded(const Patch& patch) const {
  return patch.state && is_one_of(m_config.guarded, *patch.state);
}

void TickGuard::check_released(const Patch& patch, const std::string& what,
                               const std::string& actor, const std::string& why) const {
  if (!is_guarded(patch)) return;
  const std::string refused =
      fmt::format("{} is in '{}': {}", name_of(patch, m_names), printable(*patch.state), what);
  const std::string& role = m_config.released_edit;
  if (!role.empty() && !Roles(m_config, actor).has(role)) {
    throw Error(ExitStatus::not_permitted,
                fmt::format("{} needs the role {}, which {} does not have", refused, role, actor),
                "[patch] released_edit names the role, [patch.roles] lists who has it");
  }
  if (trim(why).empty()) {
    throw Error(ExitStatus::no, refused + " needs a reason", "give it with --why");
  }
}

std::vector<StaleTick> TickGuard::check(const Patch& patch, const ContentChange& change,
                                        const std::string& actor, const std::string& why) {
  const auto changed = attested_changes(m_config, change);
  if (changed.empty()) return {};
  const auto& [key, item] = *changed.begin();
  check_released(patch,
                 fmt::format("changing {}, which '{}' attests,", printable(key), printable(item)),
                 actor, why);
  return stale_ticks(m_config, events_of(m_connection, patch.id, Read::current), change);
}

std::vector<StaleTick> cleared_ones(const std::vector<StaleTick>& stale) {
  std::vector<StaleTick> cleared;
  std::copy_if(stale.begin(), stale.end(), std::back_inserter(cleared),
               [](const StaleTick& one) { return one.state.empty(); });
  return cleared;
}

void TickGuard::clear(EventStore& events, Patch& patch, const std::vector<StaleTick>& stale,
                      const std::string& at) {
  std::vector<Change> unticked;
  std::set<std::string> keys;
  for (const StaleTick& one : cleared_ones(stale)) {
    unticked.push_back({one.item, true, false});
    keys.insert(one.keys.begin(), one.keys.end());
  }
  if (unticked.empty()) return;
  (void)events.write_next(
      patch, {.at = at,
              .kind = EventKind::untick,
              .changes = unticked,
              .comment = fmt::format("changed since it was ticked: {}", fmt::join(keys, ", "))});
}

std::string with_earlier_ticks(const std::string& comment, const std::vector<StaleTick>& stale) {
  std::string text = comment;
  for (auto one = stale.begin(); one != stale.end(); ++one) {
    const bool again = std::any_of(one + 1, stale.end(), [&](const StaleTick& later) {
      return later.item == one->item && later.state == one->state;
    });
    if (one->state.empty() || again) continue;
    text += fmt::format("{}'{}', ticked in {} by {} at {}, attested another value of {}",
                        text.empty() ? "" : "; ", one->item, one->state, one->by, one->at,
                        fmt::join(one->keys, ", "));
  }
  return text;
}

}  // namespace upkeep::patch::lifecycle
