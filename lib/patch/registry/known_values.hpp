// SPDX-License-Identifier: MIT
// Values that a selector compares with and that exist nowhere: a slip of the pen, mostly.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// What to warn of where `key` is compared with `typed`: that no patch, no pick list, no lifecycle
/// and no list of options has it, with the nearest that one has. nullopt for a value that exists
/// and for a key whose values are not known beforehand.
std::optional<std::string> unknown_value(db::Connection& connection, const SelectorContext& context,
                                         const std::string& key, const std::string& typed);

/// The same for every term of a selector that compares whole values.
std::vector<std::string> unknown_values(db::Connection& connection, const SelectorContext& context,
                                        const Selector& selector);

}  // namespace upkeep::patch
