// SPDX-License-Identifier: MIT
// The columns and states of the suite, as tables for people show them.
#pragma once

#include "record/text_style.hpp"

#include <string_view>

namespace upkeep::cli {

/// What the name of a column says, in any record of the suite.
ColumnTraits column_traits(std::string_view column);

/// The colour of a word in a `state`, `result` or `severity` column; `none` for other columns and
/// for words that are no state of the suite, such as those of a patch's lifecycle.
Color state_color(std::string_view column, std::string_view word);

}  // namespace upkeep::cli
