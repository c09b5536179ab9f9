// SPDX-License-Identifier: MIT
// Cells of CSV that a spreadsheet shows as what they are: one that begins with `=` would be run.
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// `cell` with `'` in front where it begins with `= + - @`, a tab, a carriage return or `'`; a
/// plain number (`-5`, `+1,5`) stays as it is.
std::string csv_escaped(std::string cell);

/// What csv_escaped() made `cell` of.
std::string csv_unescaped(std::string cell);

}  // namespace upkeep
