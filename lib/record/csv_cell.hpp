// SPDX-License-Identifier: MIT
// Protects CSV cells from spreadsheets, which would evaluate one that begins with `=` as a formula.
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// `cell` prefixed with `'` if it begins with `= + - @`, a tab, a carriage return or `'`; a plain
/// number (`-5`, `+1,5`) is returned unchanged.
std::string csv_escaped(std::string cell);

/// Reverses csv_escaped().
std::string csv_unescaped(std::string cell);

}  // namespace upkeep
