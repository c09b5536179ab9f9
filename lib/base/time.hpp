// SPDX-License-Identifier: MIT
// Wall-clock times as records show them (ISO 8601 UTC with `Z`), and durations as users type them.
// Deadlines never use these: see boot_time.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// The system clock, in milliseconds.
WallTime wall_now();

/// `2026-01-02T03:04:05Z`.
std::string iso8601(WallTime time);

/// Reads `2026-01-02T03:04:05Z`, `2026-01-02 03:04:05` (UTC), `2026-01-02T03:04Z`, `2026-01-02`,
/// with or without a fraction, optionally followed by an offset from UTC: `+05:30`, `-0800`, `+05`,
/// ` UTC`. nullopt if the text is none of these or the date does not exist.
std::optional<WallTime> parse_iso8601(std::string_view text);

/// The next time at which the local clock shows `HH:MM`, strictly after `now` (an adjacent hour in
/// a night that skips it); nullopt if the text is not a time of day.
std::optional<WallTime> next_local_time(std::string_view hh_mm, WallTime now);

/// The first time after both, on a later day than that of `time`, at which the local clock shows
/// the same as at `time`. Not a multiple of 24 hours if the clock changes in between; an adjacent
/// hour in a night that skips it.
WallTime same_local_time(WallTime time, WallTime after);

/// `45s`, `2m 5s`, `2h 30m`, `3d 4h`, from 100 days on `120d`; for display, records contain
/// seconds.
std::string human_duration(std::chrono::seconds duration);

/// The same for working time, whose days are not 24 hours: `45s`, `2m 5s`, `2h 30m`, `40h`.
std::string human_hours(std::chrono::seconds duration);

/// `3m ago`, `in 2h`, `now`; from a week before or after `now` on, the date: `2014-03-01`.
std::string relative_time(WallTime time, WallTime now);

}  // namespace upkeep
