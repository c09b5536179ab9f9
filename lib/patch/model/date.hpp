// SPDX-License-Identifier: MIT
// Dates as people and spreadsheets write them, stored as ISO 8601 in UTC.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// `2014-03-01`, or `2014-03-01T10:20:30Z` where the text has a time of day. Read are ISO 8601 with
/// any offset, 1/3/2014 (day first), 1-3-2014, 1.3.2014, 2014/03/01, `1 Mar 2014`, 1-Mar-2014,
/// `Mar 1, 2014`, with or without a time behind it. nullopt where it is none of them or no real
/// day.
std::optional<std::string> normalized_date(std::string_view text);

/// The same of what a person types: also `today`, `monday`, `-7d`, `2w ago`, see
/// parse_typed_date().
std::optional<std::string> typed_date(std::string_view text, WallTime now);

/// What `text`, which normalized_date() reads day first, means where the month comes first; nullopt
/// where it can be read in one way alone.
std::optional<std::string> month_first_reading(std::string_view text);

struct DateReading {
  std::optional<std::string> date;   ///< none: it fits no format
  std::optional<std::string> other;  ///< what another format makes of it; none: it is unambiguous
};

/// `text` read by the given formats alone: strptime(3), with `%f` for a fraction of a second, or
/// the word `iso` for ISO 8601. An offset (`%z`) is converted to UTC. Blanks of any kind are alike,
/// and needed where a format has one.
DateReading read_date(std::string_view text, const std::vector<std::string>& formats);

/// Why a format cannot describe a date; empty where it can.
std::string date_format_problem(const std::string& format);

/// Whether a text is a number as spreadsheet programs count days, like 41702 or 41702.5.
bool is_serial_day(std::string_view text);

/// What is wrong with a text that is no date, for messages: `'x' is no date`.
std::string date_problem(std::string_view text);

/// The day after an ISO day. @pre `day` is YYYY-MM-DD
std::string next_day(const std::string& day);

}  // namespace upkeep::patch
