// SPDX-License-Identifier: MIT
#include "patch/lifecycle/duration.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace upkeep::patch::lifecycle {

namespace {

constexpr int k_most_weeks = 52;

struct Unit {
  char letter;
  std::chrono::seconds length;
};

/// Half seconds are rounded up.
std::chrono::seconds rounded(std::chrono::duration<double> time) {
  return std::chrono::seconds(std::llround(time.count()));
}

/// From the largest to the smallest.
std::array<Unit, 4> units(const config::Patch& config) {
  const std::chrono::seconds day = working_day(config);
  return {{{'w', rounded(day * config.days_per_week)},
           {'d', day},
           {'h', std::chrono::hours(1)},
           {'m', std::chrono::minutes(1)}}};
}

/// Removes a number like `2` or `1.5` from the start of `text`.
std::optional<double> take_number(std::string_view& text) {
  constexpr std::size_t k_longest = 12;
  const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  const auto dot = number.find('.');
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view("0") : number.substr(dot + 1);
  const auto whole = to_integer(number.substr(0, dot));
  const auto parts = to_integer(fraction);
  if (!whole || !parts || number.size() > k_longest) return std::nullopt;
  text.remove_prefix(end);
  return static_cast<double>(*whole) +
         static_cast<double>(*parts) / std::pow(10.0, static_cast<double>(fraction.size()));
}

}  // namespace

std::chrono::seconds working_day(const config::Patch& config) {
  return rounded(std::chrono::hours(1) * config.hours_per_day);
}

std::chrono::seconds parse_duration(std::string_view text, const config::Patch& config) {
  const auto refuse = [&](const char* why, const char* advice) {
    throw UsageError(fmt::format("'{}' is {}", printable(text), why), advice);
  };
  const auto fail = [&]() -> std::chrono::seconds {
    refuse("not a duration", "write it as 90m, 1.5h, 2h30m, 5d or 1w");
    return {};
  };
  std::chrono::duration<double> total{0};
  const auto all = units(config);
  const auto* allowed = all.begin();  // each unit once, from the largest
  for (std::string_view rest = trim(text); !rest.empty(); rest = trim(rest)) {
    const auto number = take_number(rest);
    if (!number || rest.empty()) return fail();
    allowed =
        std::find_if(allowed, all.end(), [&](const Unit& u) { return u.letter == rest.front(); });
    if (allowed == all.end()) return fail();
    total += *number * allowed->length;
    ++allowed;
    rest.remove_prefix(1);
  }
  if (total > k_most_weeks * all.front().length) {
    refuse("longer than a year of work", "the maximum is 52w; check the unit");
  }
  const std::chrono::seconds time = rounded(total);
  return time.count() > 0 ? time : fail();
}

std::string spelled_duration(std::chrono::seconds time, const config::Patch& config) {
  std::string text;
  for (const Unit& unit : units(config)) {
    const std::int64_t count = time / unit.length;
    if (count == 0) continue;
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", count, unit.letter);
    time -= count * unit.length;
  }
  return text.empty() ? "0m" : text;
}

std::int64_t business_days(std::chrono::sys_days from, std::chrono::sys_days to) {
  if (to <= from) return 0;
  constexpr std::int64_t k_week = 7, k_working = 5;
  const std::int64_t days = (to - from).count();
  std::int64_t count = days / k_week * k_working;
  for (auto day = to - std::chrono::days{days % k_week}; day < to; day += std::chrono::days{1}) {
    if (std::chrono::weekday(day).iso_encoding() <= k_working) ++count;
  }
  return count;
}

std::chrono::sys_days add_business_days(std::chrono::sys_days from, std::int64_t days) {
  constexpr unsigned k_friday = 5;
  const auto is_free = [](std::chrono::sys_days day) {
    return std::chrono::weekday(day).iso_encoding() > k_friday;
  };
  while (is_free(from)) from += std::chrono::days{1};
  from += std::chrono::days{days / k_friday * 7};
  for (std::int64_t left = days % k_friday; left > 0; --left) {
    from += std::chrono::days{1};
    while (is_free(from)) from += std::chrono::days{1};
  }
  return from;
}

std::string iso_day(std::chrono::sys_days day) {
  constexpr std::size_t k_length = 10;
  return iso8601(day).substr(0, k_length);
}

}  // namespace upkeep::patch::lifecycle
