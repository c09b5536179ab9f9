// SPDX-License-Identifier: MIT
// Pieces of SQL that no server setting can misread.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch {

/// A text literal: quoted where it is plain, hexadecimal otherwise (quotes, backslashes and what
/// sql_mode makes of them do not matter then).
std::string sql_text(std::string_view text);

}  // namespace upkeep::patch
