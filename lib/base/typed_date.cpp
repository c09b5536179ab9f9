// SPDX-License-Identifier: MIT
#include "base/typed_date.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace upkeep {

namespace {

using std::chrono::days;

constexpr int k_first_year = 1000, k_last_year = 9999;

std::chrono::sys_days day_of(WallTime time) {
  return std::chrono::floor<days>(time);
}

bool has_year(WallTime time) {
  const int year = static_cast<int>(std::chrono::year_month_day(day_of(time)).year());
  return year >= k_first_year && year <= k_last_year;
}

/// The letter of the unit that a word names, or 0.
char unit_called(std::string_view word) {
  static constexpr std::array<std::pair<std::string_view, char>, 12> k_units{{{"d", 'd'},
                                                                              {"day", 'd'},
                                                                              {"days", 'd'},
                                                                              {"w", 'w'},
                                                                              {"week", 'w'},
                                                                              {"weeks", 'w'},
                                                                              {"m", 'm'},
                                                                              {"month", 'm'},
                                                                              {"months", 'm'},
                                                                              {"y", 'y'},
                                                                              {"year", 'y'},
                                                                              {"years", 'y'}}};
  const auto* const found = std::find_if(k_units.begin(), k_units.end(),
                                         [&](const auto& unit) { return unit.first == word; });
  return found == k_units.end() ? '\0' : found->second;
}

std::optional<std::chrono::sys_days> named_day(const std::string& word,
                                               std::chrono::sys_days today) {
  if (word == "today") return today;
  if (word == "yesterday") return today - days{1};
  if (word == "tomorrow") return today + days{1};
  static constexpr std::array<std::string_view, 7> k_week{
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  const auto* const found = std::find(k_week.begin(), k_week.end(), word);
  if (found == k_week.end()) return std::nullopt;
  const auto wanted = static_cast<unsigned>(found - k_week.begin()) + 1;
  const unsigned is = std::chrono::weekday(today).iso_encoding();
  constexpr unsigned k_days = 7;
  return today - days{(is + k_days - wanted) % k_days};
}

/// `-7d`, `+7d`, `7d ago`.
std::optional<std::chrono::sys_days> relative_day(std::string_view word,
                                                  std::chrono::sys_days today) {
  constexpr std::string_view k_ago = " ago";
  bool back = true;
  if (word.ends_with(k_ago)) {
    word.remove_suffix(k_ago.size());
  } else if (word.starts_with('-') || word.starts_with('+')) {
    back = word.front() == '-';
    word.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  auto span = parse_calendar_span(word);
  if (!span) return std::nullopt;
  if (!back) *span = {-span->days, -span->months};
  return day_of(before(today, *span));
}

}  // namespace

WallTime TypedDate::last() const {
  return whole_day ? time + days{1} - std::chrono::seconds{1} : time;
}

std::string TypedDate::text() const {
  constexpr std::size_t k_day = 10;
  return whole_day ? iso8601(time).substr(0, k_day) : iso8601(time);
}

std::optional<CalendarSpan> parse_calendar_span(std::string_view text) {
  const std::string word = lower(trim(text));
  const std::size_t end = std::min(word.find_first_not_of("0123456789"), word.size());
  const auto count = to_integer(std::string_view(word).substr(0, end));
  const char unit = unit_called(trim(std::string_view(word).substr(end)));
  constexpr int k_most_years = 9999, k_week = 7, k_months = 12, k_most_days = k_most_years * 366;
  if (!count || unit == '\0' || *count > k_most_days) return std::nullopt;
  const int number = static_cast<int>(*count);
  CalendarSpan span;
  if (unit == 'd') span.days = number;
  if (unit == 'w') span.days = number * k_week;
  if (unit == 'm') span.months = number;
  if (unit == 'y') span.months = number * k_months;
  if (span.days > k_most_days || span.months > k_most_years * k_months) {
    return std::nullopt;
  }
  return span;
}

WallTime before(WallTime time, CalendarSpan span) {
  const auto day = day_of(time);
  std::chrono::year_month_day date(day);
  date -= std::chrono::months{span.months};
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return std::chrono::sys_days(date) - days{span.days} + (time - day);
}

std::optional<TypedDate> parse_typed_date(std::string_view text, WallTime now) {
  const std::string_view trimmed = trim(text);
  constexpr std::size_t k_day = 10;
  if (const auto time = parse_iso8601(trimmed)) {
    if (!has_year(*time)) return std::nullopt;
    return TypedDate{*time, trimmed.size() == k_day};
  }
  const std::string word = lower(trimmed);
  if (word == "now") return TypedDate{std::chrono::floor<std::chrono::seconds>(now), false};
  const auto today = day_of(now);
  auto day = named_day(word, today);
  if (!day) day = relative_day(word, today);
  if (!day || !has_year(*day)) return std::nullopt;
  return TypedDate{*day, true};
}

}  // namespace upkeep
