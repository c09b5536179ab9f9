// SPDX-License-Identifier: MIT
// Dates as people and spreadsheets write them; stored as ISO 8601 in UTC.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// `2014-03-01`, or `2014-03-01T10:20:30Z` if the text has a time of day. Accepts ISO 8601 with any
/// offset, 1/3/2014 (day first), 1-3-2014, 1.3.2014, 2014/03/01, `1 Mar 2014`, 1-Mar-2014 and `Mar
/// 1, 2014`, optionally followed by a time. nullopt for anything else and for a day that does not
/// exist.
std::optional<std::string> normalized_date(std::string_view text);

/// The same for dates typed by people: also `today`, `monday`, `-7d`, `2w ago`; see
/// parse_typed_date().
std::optional<std::string> typed_date(std::string_view text, WallTime now);

/// The month-first reading of a `text` that normalized_date() reads day first; nullopt if it is
/// unambiguous.
std::optional<std::string> month_first_reading(std::string_view text);

struct DateReading {
  std::optional<std::string> date;   ///< none: it matches no format
  std::optional<std::string> other;  ///< the reading by another format; none: it is unambiguous
};

/// Reads `text` by the given formats only: strptime(3), with `%f` for a fraction of a second, or
/// the word `iso` for ISO 8601. An offset (`%z`) is converted to UTC. All kinds of blanks are
/// equal, and required where a format has one.
DateReading read_date(std::string_view text, const std::vector<std::string>& formats);

/// Why a format cannot describe a date; empty if it can.
std::string date_format_problem(const std::string& format);

/// Whether a text is a spreadsheet's serial number of a day, like 41702 or 41702.5.
bool is_serial_day(std::string_view text);

/// Describes a text that is not a date, for messages: `'x' is not a date`.
std::string date_problem(std::string_view text);

/// The day after an ISO day. @pre `day` is YYYY-MM-DD
std::string next_day(const std::string& day);

}  // namespace upkeep::patch
