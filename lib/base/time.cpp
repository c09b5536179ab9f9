// SPDX-License-Identifier: MIT
#include "base/time.hpp"

#include "base/boot_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <vector>

namespace upkeep {

namespace {

/// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// `.123456` or `,123456` as milliseconds; 0 if there is no fraction.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.') && !take(text, ',')) return std::chrono::milliseconds{0};
  int value = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    value += (text.front() - '0') * scale;
    scale /= 10;
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  return std::chrono::milliseconds{value};
}

std::optional<std::chrono::milliseconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  std::chrono::milliseconds time = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  if (!take(text, ':')) return time;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return time + std::chrono::seconds{*second} + *fraction;
}

/// The zone that ends a time: `Z`, `+05:30`, `+0530`, `+05`, ` UTC`, ` GMT`, or nothing (UTC).
/// @returns how far that clock is ahead of UTC
std::optional<std::chrono::minutes> offset_in(std::string_view text) {
  const std::string_view all = text;
  take(text, ' ');
  if (all.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
    return std::chrono::minutes{0};
  }
  const bool behind = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23) return std::nullopt;
  std::optional<int> minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    minutes = take_number(text, 2);
  }
  if (!minutes || *minutes > 59 || !text.empty()) return std::nullopt;
  const auto offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return behind ? -offset : offset;
}

std::tm local_clock(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

/// The points in time at which the local clock shows this date and time, in order: two if the clock
/// is set back over it; the nearest one if the clock is set forward past it. `clock` need not be
/// normalized.
std::vector<WallTime> moments_of(const std::tm& clock) {
  std::vector<WallTime> moments;
  const auto add = [&](int dst, bool exact) {
    std::tm local = clock;
    local.tm_isdst = dst;
    const WallTime time = std::chrono::floor<std::chrono::milliseconds>(
        std::chrono::system_clock::from_time_t(std::mktime(&local)));
    const std::tm shown = local_clock(time);
    const bool same = shown.tm_hour == clock.tm_hour && shown.tm_min == clock.tm_min &&
                      shown.tm_sec == clock.tm_sec;
    if (same || !exact) moments.push_back(time);
  };
  add(1, true);
  add(0, true);
  if (moments.empty()) add(-1, false);
  std::sort(moments.begin(), moments.end());
  return moments;
}

}  // namespace

WallTime wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

BootClock::time_point BootClock::now() noexcept {
  timespec ts{};
  ::clock_gettime(CLOCK_BOOTTIME, &ts);
  return time_point(duration(static_cast<rep>(ts.tv_sec) * 1000 + ts.tv_nsec / 1'000'000));
}

std::string iso8601(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::optional<WallTime> parse_iso8601(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  WallTime time = std::chrono::sys_days{date};
  if (text.empty()) return time;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto clock = take_time_of_day(text);
  if (!clock) return std::nullopt;
  const auto offset = offset_in(text);
  if (!offset) return std::nullopt;
  return time + *clock - *offset;
}

std::optional<WallTime> next_local_time(std::string_view hh_mm, WallTime now) {
  const auto hour = take_number(hh_mm, 2);
  if (!hour || !take(hh_mm, ':')) return std::nullopt;
  const auto minute = take_number(hh_mm, 2);
  if (!minute || !hh_mm.empty() || *hour > 23 || *minute > 59) return std::nullopt;
  std::tm day = local_clock(now);
  day.tm_hour = *hour;
  day.tm_min = *minute;
  day.tm_sec = 0;
  // Two days cover a daylight-saving night in which today's HH:MM does not exist or has passed.
  for (int days = 0; days <= 2; ++days, ++day.tm_mday) {
    for (const WallTime time : moments_of(day)) {
      if (time > now) return time;
    }
  }
  return std::nullopt;
}

WallTime same_local_time(WallTime time, WallTime after) {
  std::tm day = local_clock(time);
  const auto fraction = time - std::chrono::floor<std::chrono::seconds>(time);
  // Start from the number of whole days between them: a local day has 23 to 25 hours.
  const auto apart = std::chrono::floor<std::chrono::days>(after - time);
  day.tm_mday += std::max(1, static_cast<int>(apart.count()));
  for (;; ++day.tm_mday) {
    for (const WallTime moment : moments_of(day)) {
      if (moment + fraction > after) return moment + fraction;
    }
  }
}

namespace {

/// `2h 30m` of 2 and 30; `2h` of 2 and 0.
std::string two_units(std::int64_t value, char unit, std::int64_t rest, char rest_unit) {
  if (rest == 0) return fmt::format("{}{}", value, unit);
  return fmt::format("{}{} {}{}", value, unit, rest, rest_unit);
}

}  // namespace

std::string human_hours(std::chrono::seconds duration) {
  const std::int64_t seconds = duration.count();
  if (seconds < 0) return "-" + human_hours(-duration);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return two_units(seconds / 60, 'm', seconds % 60, 's');
  return two_units(seconds / 3600, 'h', seconds / 60 % 60, 'm');
}

std::string human_duration(std::chrono::seconds duration) {
  constexpr std::int64_t k_day = 86400;
  const std::int64_t seconds = duration.count();
  if (seconds < 0) return "-" + human_duration(-duration);
  if (seconds < k_day) return human_hours(duration);
  const std::int64_t days = seconds / k_day;
  return two_units(days, 'd', days < 100 ? seconds / 3600 % 24 : 0, 'h');
}

std::string relative_time(WallTime time, WallTime now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const auto then = std::chrono::floor<std::chrono::seconds>(time);
  const auto apart = then > second ? then - second : second - then;
  if (apart >= std::chrono::weeks{1}) return iso8601(time).substr(0, 10);
  if (apart.count() == 0) return "now";
  const std::string length = human_duration(apart);
  const std::string unit = length.substr(0, length.find(' '));
  return then > second ? "in " + unit : unit + " ago";
}

}  // namespace upkeep
