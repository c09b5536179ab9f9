// SPDX-License-Identifier: MIT
// Program output made fit for matching, for people and for JSON.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::guard {

constexpr char k_escape = '\x1b';

/// The text as a terminal would show it: without escape sequences.
std::string without_escapes(std::string_view text);

/// The visible part of a line that was overwritten: the part after its last carriage return.
/// Returns and changes of colour at its end are nothing to see.
std::string_view shown_part(std::string_view line);

/// What makes the end of `text` a complete change of colour, where that may still come; else "".
std::string_view unfinished_colour(std::string_view text);

/// Without the white space at its end.
std::string_view without_blank_end(std::string_view line);

/// Nothing but white space.
bool is_blank(std::string_view line);

/// At most `limit` bytes of valid UTF-8: no character is cut, invalid UTF-8 becomes U+FFFD.
std::string as_utf8(std::string_view text, std::size_t limit);

}  // namespace upkeep::guard
