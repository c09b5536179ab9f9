// SPDX-License-Identifier: MIT
// Working time as people write it, and the working days between two days: Monday to Friday.
#pragma once

#include "config/config.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace upkeep::patch::lifecycle {

/// Seconds of `90m`, `1.5h`, `2h30m`, `2h 30m`, `5d`, `1w`; a day and a week are working ones.
/// @throws UsageError where it is none, is nothing or is more than 52 weeks
std::int64_t parse_duration(std::string_view text, const config::Patch& config);

/// `2h 30m`, `5d`: the reverse, for people.
std::string spelled_duration(std::int64_t seconds, const config::Patch& config);

/// Days from Monday to Friday in [from, to); 0 where `to` is not later.
std::int64_t business_days(std::chrono::sys_days from, std::chrono::sys_days to);

/// The working day that is `days` working days after `from`; where that is none, from the next one.
std::chrono::sys_days add_business_days(std::chrono::sys_days from, std::int64_t days);

/// Seconds of work that `count` working days have.
std::int64_t working_seconds(std::int64_t count, const config::Patch& config);

/// `2014-03-01`.
std::string iso_day(std::chrono::sys_days day);

}  // namespace upkeep::patch::lifecycle
