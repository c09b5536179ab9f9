// SPDX-License-Identifier: MIT
// The formats of dates: what they are made of, and which texts they can read at all.
#pragma once

#include "base/regex.hpp"

#include <string>
#include <string_view>

namespace upkeep::patch {

/// A format as strptime(3) is given it, and the shape of the texts that it is given: it takes no
/// blank at all for one, and one digit for two, and a number like 41702 would be a date. In the
/// shape, blanks are needed where the format has them, and numbers that touch each other have all
/// their digits.
struct PlainFormat {
  std::string text;  ///< without flags and what stands for others: `%F` is `%Y-%m-%d`
  Regex shape;
};
/// Made once for each format. Blanks of any kind are plain ones.
const PlainFormat& plain_format(const std::string& format);

/// Whether the format has one of these conversions, flags aside.
bool has_any(std::string_view format, std::string_view conversions);
/// Whether it has a time of day.
bool has_clock(std::string_view format);

/// A text in a format that strptime(3) would compare and forget, though it changes the time: an
/// offset, a time zone, `PM`. Empty: there is none.
std::string lost_offset(std::string_view format);

}  // namespace upkeep::patch
