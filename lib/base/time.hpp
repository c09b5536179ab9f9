// SPDX-License-Identifier: MIT
// Wall-clock times as the records show them (ISO 8601 UTC with `Z`), and durations as people type
// them. Deadlines never use these: see boot_time.hpp.
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
/// with or without a fraction, and with any offset from UTC behind the time: `+05:30`, `-0800`,
/// `+05`, ` UTC`. nullopt when the text is none of them or names no real day.
std::optional<WallTime> parse_iso8601(std::string_view text);

/// The next moment at which the local clock shows `HH:MM`, strictly after `now` (in a night that
/// skips that hour: an hour beside it); nullopt when the text is not a time of day.
std::optional<WallTime> next_local_time(std::string_view hh_mm, WallTime now);

/// The first moment after both, on a later day than `time`'s, at which the local clock shows what
/// it shows at `time`. Not a multiple of 24 hours where the clocks change in between; where a night
/// skips that hour, an hour beside it.
WallTime same_local_time(WallTime time, WallTime after);

/// `3s`, `2m05s`, `1h04m`, `2d03h`: for people; records carry seconds.
std::string human_duration(std::chrono::seconds duration);

}  // namespace upkeep
