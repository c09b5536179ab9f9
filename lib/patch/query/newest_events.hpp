// SPDX-License-Identifier: MIT
// What happened last to the selected patches.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"
#include "patch/store/store.hpp"

#include <cstddef>
#include <vector>

namespace upkeep::patch {

/// At most `most` events of the selected patches, newest first. @throws db::Error
std::vector<Event> newest_events(db::Connection& connection, const SelectorSql& selected,
                                 std::size_t most);

}  // namespace upkeep::patch
