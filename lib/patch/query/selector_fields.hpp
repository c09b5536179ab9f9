// SPDX-License-Identifier: MIT
// What a selector's term on fields means in SQL, and to the term index.
#pragma once

#include "patch/query/selector.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// The condition that any of the fields `keys` fulfils a term; for a negative operator, the
/// condition without the negation. @pre keys is not empty, and the type has all of them
/// @throws UsageError for a value that cannot be compared
Condition field_condition(const Term& term, const std::vector<std::string>& keys,
                          const SelectorContext& context);

}  // namespace upkeep::patch
