// SPDX-License-Identifier: MIT
// Prepares program output for matching, for display and for JSON.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::guard {

constexpr char k_escape = '\x1b';

/// The text as a terminal would show it: without escape sequences.
std::string without_escapes(std::string_view text);

/// The visible part of a line that was overwritten: the part after its last carriage return.
/// Carriage returns and colour changes at its end are ignored.
std::string_view shown_part(std::string_view line);

/// If `text` ends with an incomplete colour change, the characters that complete it; otherwise "".
std::string_view unfinished_colour(std::string_view text);

/// The line without trailing white space.
std::string_view without_blank_end(std::string_view line);

/// Whether the line contains only white space.
bool is_blank(std::string_view line);

/// At most `limit` bytes of valid UTF-8: no character is split, and invalid bytes become U+FFFD.
std::string as_utf8(std::string_view text, std::size_t limit);

}  // namespace upkeep::guard
