// SPDX-License-Identifier: MIT
// Working time as people write it, and working days between two dates: Monday to Friday.
#pragma once

#include "config/config.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace upkeep::patch::lifecycle {

/// The time that is written as `90m`, `1.5h`, `2h30m`, `2h 30m`, `5d`, `1w`; days and weeks are
/// working time.
/// @throws UsageError if it is not a duration, is zero or exceeds 52 weeks
std::chrono::seconds parse_duration(std::string_view text, const config::Patch& config);

/// `2h 30m`, `5d`: the inverse, for messages.
std::string spelled_duration(std::chrono::seconds time, const config::Patch& config);

/// Days from Monday to Friday in [from, to); 0 if `to` is not later.
std::int64_t business_days(std::chrono::sys_days from, std::chrono::sys_days to);

/// The working day `days` working days after `from`, or after the next working day if `from` is
/// none.
std::chrono::sys_days add_business_days(std::chrono::sys_days from, std::int64_t days);

/// The length of a working day.
std::chrono::seconds working_day(const config::Patch& config);

/// `2014-03-01`.
std::string iso_day(std::chrono::sys_days day);

}  // namespace upkeep::patch::lifecycle
