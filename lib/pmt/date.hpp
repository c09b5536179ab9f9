// SPDX-License-Identifier: MIT
// Dates as people and spreadsheets write them, stored as ISO 8601.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::pmt {

/// `2014-03-01`, or `2014-03-01T10:20:30Z` where the text has a time of day. Read are ISO 8601,
/// 1/3/2014 (day first), 1-3-2014, 1.3.2014, 2014/03/01, `1 Mar 2014`, 1-Mar-2014, `Mar 1, 2014`,
/// with or without a time behind it. nullopt where it is none of them or no real day.
std::optional<std::string> normalized_date(std::string_view text);

/// The same, read by the given strptime(3) formats alone, the first that fits.
std::optional<std::string> normalized_date(std::string_view text,
                                           const std::vector<std::string>& formats);

/// The day after an ISO day. @pre `day` is YYYY-MM-DD
std::string next_day(const std::string& day);

}  // namespace upkeep::pmt
