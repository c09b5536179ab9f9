// SPDX-License-Identifier: MIT
#include "patch_web/acts/once.hpp"

#include "base/regex.hpp"
#include "db/transaction.hpp"
#include "patch/registry/conflict.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/acts/outcome.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <chrono>

namespace upkeep::patch_web::acts {

web::Refusal another_act(Visit& visit, const patch::AlreadyDone& before) {
  std::string what = fmt::format("this was sent before as another act, event {}", before.event());
  const auto patches = patch::patches_of(visit.connection(), {before.patch()});
  const auto events =
      patch::events_after(visit.connection(), before.patch(), before.event() - 1, 1);
  if (!patches.empty() && !events.empty()) {
    what += fmt::format(": {} of {} at {}", events.front().action,
                        patch::name_of(patches.front(), visit.names()), events.front().at);
  }
  return {"value", what, "nothing was changed; another act needs another key"};
}

bool is_once_key(const std::string& text) {
  static const Regex k_key("[A-Za-z0-9_-]{1,64}");
  return k_key.matches(text);
}

web::Response answer_once(Visit& visit, const OnceKey& once,
                          const std::function<web::Response()>& act,
                          const std::function<web::Response(const patch::AlreadyDone&)>& again) {
  visit.need_acts();
  visit.act_once(once.key, once.digest);
  constexpr std::chrono::seconds k_patience{5};
  visit.connection().limit_lock_waits(k_patience);
  try {
    return act();
  } catch (const patch::AlreadyDone& before) {
    if (!before.same()) throw another_act(visit, before);
    return again(before);
  } catch (const patch::Conflict& conflict) {
    throw conflict_refusal(visit, conflict);
  } catch (const db::CommitLost& lost) {
    throw unsure_refusal(lost);
  }
}

}  // namespace upkeep::patch_web::acts
