// SPDX-License-Identifier: MIT
// The columns and states of the suite, as tables for people show them.
#pragma once

#include "record/text_style.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::cli {

/// What the name of a column says, in any record of the suite.
ColumnTraits column_traits(std::string_view column);

/// The same for the columns of one table, whose meaning may depend on the others.
std::function<ColumnTraits(std::string_view)> column_traits_in(
    const std::vector<std::string>& columns);

/// The colour of a word in a `state`, `result` or `severity` column; `none` for other columns and
/// for words that are no state of the suite, such as those of a patch's lifecycle.
Color state_color(std::string_view column, std::string_view word);

}  // namespace upkeep::cli
