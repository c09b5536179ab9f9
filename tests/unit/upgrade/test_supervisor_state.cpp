// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/supervisor_state.hpp"

#include <set>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using S = SupervisorState;

namespace {

std::set<S> reachable_from(S start, std::set<S> seen = {}) {
  for (const S next : states_after(start)) {
    if (seen.insert(next).second) seen = reachable_from(next, seen);
  }
  return seen;
}

constexpr int k_states = 10;

}  // namespace

TEST_CASE("every state of a supervisor is reached, and leads to an end", "[supervisor]") {
  CHECK(reachable_from(S::proving_lease).size() == k_states - 1);
  std::set<std::string_view> words;
  for (int i = 0; i < k_states; ++i) {
    const S state = static_cast<S>(i);
    INFO(word(state));
    CHECK(words.insert(word(state)).second);
    CHECK_FALSE(may_follow(state, state));
    std::set<S> after = reachable_from(state);
    after.insert(state);
    CHECK(after.count(S::recorded) + after.count(S::unrecorded) + after.count(S::putting_back) > 0);
    CHECK_FALSE(reachable_from(state).contains(state));  // none comes twice
  }
}

TEST_CASE("what a supervisor must not do", "[supervisor]") {
  // Once the command may have been started, the run is not queued again.
  CHECK_FALSE(reachable_from(S::following).contains(S::putting_back));
  // Nothing is recorded before the guardian was dismissed.
  CHECK_FALSE(may_follow(S::concluding, S::recording));
  CHECK_FALSE(may_follow(S::following, S::recording));
  CHECK(is_end(S::recorded));
  CHECK(is_end(S::unrecorded));
  CHECK(is_end(S::putting_back));
  CHECK_FALSE(is_end(S::recording));
}
