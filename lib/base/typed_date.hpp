// SPDX-License-Identifier: MIT
// Dates as people type them. A day is a day of UTC.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

/// A whole day, or one moment of it.
struct TypedDate {
  WallTime time;  ///< the moment, or the first one of the day
  bool whole_day = false;

  /// The last second that is meant.
  [[nodiscard]] WallTime last() const;
  /// `2014-03-01` for a day, `2014-03-01T10:20:30Z` for a moment.
  [[nodiscard]] std::string text() const;
};

/// A number of days and months, as `7d`, `2w`, `3m` (months) and `1y` name it.
struct CalendarSpan {
  int days = 0, months = 0;
};

/// `7d`, `2w`, `3m`, `1y`, also `2 weeks`; nullopt where it is none, or longer than 9999 years.
std::optional<CalendarSpan> parse_calendar_span(std::string_view text);

/// `time` that much earlier; a day that its month does not have becomes the month's last.
WallTime before(WallTime time, CalendarSpan span);

/// Reads `today`, `yesterday`, `tomorrow`, `now`, `monday` (the last one, today included), `-7d`,
/// `+1w`, `2w ago` and ISO 8601 with any offset; the case of words is ignored. nullopt where it is
/// none of them, or outside of the years 1000 to 9999.
std::optional<TypedDate> parse_typed_date(std::string_view text, WallTime now);

/// What messages advise where a date cannot be read.
inline constexpr const char* k_date_advice =
    "write it as 2014-03-01, 2014-03-01T10:20:30Z, today, monday, -7d or '2w ago'";

}  // namespace upkeep
