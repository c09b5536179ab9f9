// SPDX-License-Identifier: MIT
#include "patch/report/periods.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::report {

namespace {

using namespace std::chrono;  // NOLINT(google-build-using-namespace): more readable for calendars

/// The ISO week and its year: those of the week's Thursday.
std::string week_name(sys_days day) {
  const sys_days thursday = day + days{4 - static_cast<int>(weekday(day).iso_encoding())};
  const auto of_year = year_month_day(thursday).year();
  const auto week = (thursday - sys_days(of_year / January / 1)).count() / 7 + 1;
  return fmt::format("{}-W{:02}", static_cast<int>(of_year), week);
}

}  // namespace

const std::vector<std::string>& period_words() {
  static const std::vector<std::string> k_words{"day", "week", "month", "quarter", "year"};
  return k_words;
}

std::optional<Period> parse_period(const std::string& word) {
  const auto& words = period_words();
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Period>(found - words.begin());
}

std::string period_name(sys_days day, Period period) {
  const year_month_day date(day);
  const int of_year = static_cast<int>(date.year());
  const unsigned of_month = static_cast<unsigned>(date.month());
  constexpr unsigned k_months = 3;
  switch (period) {
    case Period::day:
      return fmt::format("{:04}-{:02}-{:02}", of_year, of_month, static_cast<unsigned>(date.day()));
    case Period::week:
      return week_name(day);
    case Period::month:
      return fmt::format("{:04}-{:02}", of_year, of_month);
    case Period::quarter:
      return fmt::format("{:04}-Q{}", of_year, (of_month - 1) / k_months + 1);
    case Period::year:
      return fmt::format("{:04}", of_year);
  }
  return {};
}

std::vector<std::string> periods_between(sys_days first, sys_days last, Period period) {
  std::vector<std::string> names;
  for (sys_days day = first; day <= last; day += days{1}) {
    std::string name = period_name(day, period);
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace upkeep::patch::report
