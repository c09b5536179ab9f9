// SPDX-License-Identifier: MIT
// A command in an environment variable ($EDITOR, $PAGER), as argv. No shell is involved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// Splits `code --wait` into words at blanks; quotes and backslashes protect characters as in a
/// shell. Nothing is expanded. Empty for blanks alone. @throws UsageError for an unclosed quote
std::vector<std::string> command_words(std::string_view text);

}  // namespace upkeep
