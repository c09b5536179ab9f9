// SPDX-License-Identifier: MIT
#include "upgrade/model/supervisor_state.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace upkeep::upgrade {

namespace {

using S = SupervisorState;

struct Row {
  std::string_view word;
  std::vector<S> next;
};

/// In the order of the enumeration. Errors after a guardian was started lead to dismissing.
const std::array<Row, 10>& transitions() {
  static const std::array<Row, 10> k_rows{{
      {"proving_lease", {S::starting, S::putting_back}},
      {"starting", {S::following, S::putting_back, S::dismissing}},
      {"following", {S::watching_orphan, S::concluding, S::dismissing}},
      {"watching_orphan", {S::concluding, S::dismissing}},
      {"concluding", {S::dismissing}},
      {"dismissing", {S::recording, S::unrecorded}},
      {"recording", {S::recorded, S::unrecorded}},
      {"recorded", {}},
      {"unrecorded", {}},
      {"putting_back", {}},
  }};
  return k_rows;
}

}  // namespace

std::string_view word(SupervisorState state) {
  return transitions().at(static_cast<std::size_t>(state)).word;
}

const std::vector<SupervisorState>& states_after(SupervisorState state) {
  return transitions().at(static_cast<std::size_t>(state)).next;
}

bool may_follow(SupervisorState from, SupervisorState to) {
  const auto& next = states_after(from);
  return std::find(next.begin(), next.end(), to) != next.end();
}

bool is_end(SupervisorState state) {
  return states_after(state).empty();
}

}  // namespace upkeep::upgrade
