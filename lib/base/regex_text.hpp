// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// `text` as a literal within a regular expression that both ICU and PCRE read.
std::string regex_quoted(std::string_view text);

}  // namespace upkeep
