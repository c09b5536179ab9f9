// SPDX-License-Identifier: MIT
// How many of the selected patches are in each state.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

struct StateCount {
  std::string lifecycle, state;
  std::int64_t version = 0;
  std::int64_t patches = 0;
};

/// Those of the selected patches that have a lifecycle, by its name, version and state. Limits are
/// ignored. @throws db::Error
std::vector<StateCount> state_counts(db::Connection& connection, const SelectorSql& selected);

}  // namespace upkeep::patch
