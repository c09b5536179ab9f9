// SPDX-License-Identifier: MIT
// Detects selector values that do not exist: usually typos.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// A warning if `key` is compared with a value that no patch, pick list, lifecycle or list of
/// options has, suggesting the nearest one. nullopt for a value that exists, and for a key without
/// known values.
std::optional<std::string> unknown_value(db::Connection& connection, const SelectorContext& context,
                                         const std::string& key, const std::string& typed);

/// The same for every term of a selector that compares whole values.
std::vector<std::string> unknown_values(db::Connection& connection, const SelectorContext& context,
                                        const Selector& selector);

/// Values for `key` as a selector spells it, for completions: those of pick lists, options and
/// lifecycles, and those of the newest patches; each once.
std::vector<std::string> values_of_key(db::Connection& connection, const SelectorContext& context,
                                       const std::string& key);

}  // namespace upkeep::patch
