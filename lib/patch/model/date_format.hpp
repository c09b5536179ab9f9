// SPDX-License-Identifier: MIT
// Date formats: their parts, and the shape of the texts that they can read.
#pragma once

#include "base/regex.hpp"

#include <string>
#include <string_view>

namespace upkeep::patch {

/// A format as it is passed to strptime(3), and the shape that a text must have before it is:
/// strptime accepts no blank where the format has one, and one digit where it has two, and a number
/// like 41702 would pass as a date. The shape requires the blanks of the format, and all digits of
/// adjacent numbers.
struct PlainFormat {
  std::string text;  ///< without flags and shorthands: `%F` is `%Y-%m-%d`
  Regex shape;
};
/// Computed once per format. All kinds of blanks become plain ones.
const PlainFormat& plain_format(const std::string& format);

/// Whether the format has one of these conversions, ignoring flags.
bool has_any(std::string_view format, std::string_view conversions);
/// Whether it has a time of day.
bool has_clock(std::string_view format);

/// A literal text in a format that strptime(3) would compare and discard although it changes the
/// time: an offset, a time zone, `PM`. Empty: there is none.
std::string lost_offset(std::string_view format);

}  // namespace upkeep::patch
