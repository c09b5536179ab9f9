// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// `text` for comparisons that ignore the case of letters, as selectors do: Unicode's simple case
/// folding. Independent of the locale. Text that is not valid UTF-8 is folded in ASCII only.
std::string case_folded(std::string_view text);

/// Whether both are the same text, apart from the case of letters.
bool same_ignoring_case(std::string_view a, std::string_view b);

}  // namespace upkeep
