// SPDX-License-Identifier: MIT
// Dates as users type them. Days are UTC days.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

/// A whole day, or a point in time.
struct TypedDate {
  WallTime time;  ///< the point in time, or the start of the day
  bool whole_day = false;

  /// The last second covered.
  [[nodiscard]] WallTime last() const;
  /// `2014-03-01` for a day, `2014-03-01T10:20:30Z` for a point in time.
  [[nodiscard]] std::string text() const;
};

/// A number of days and months, as written `7d`, `2w`, `3m` (months), `1y`.
struct CalendarSpan {
  int days = 0, months = 0;
};

/// Reads `7d`, `2w`, `3m`, `1y`, also `2 weeks`; nullopt if invalid or longer than 9999 years.
std::optional<CalendarSpan> parse_calendar_span(std::string_view text);

/// `time` minus `span`; a day that does not exist in its month becomes the month's last.
WallTime before(WallTime time, CalendarSpan span);

/// Reads `today`, `yesterday`, `tomorrow`, `now`, `monday` (the most recent, including today),
/// `-7d`, `+1w`, `2w ago` and ISO 8601 with any offset; case is ignored. nullopt for anything else,
/// or outside the years 1000 to 9999.
std::optional<TypedDate> parse_typed_date(std::string_view text, WallTime now);

/// The advice when a date cannot be read.
inline constexpr const char* k_date_advice =
    "write it as 2014-03-01, 2014-03-01T10:20:30Z, today, monday, -7d or '2w ago'";

}  // namespace upkeep
