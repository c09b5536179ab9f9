// SPDX-License-Identifier: MIT
// How the dates of a column are written, judged by its own values and those of other columns.
#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/exchange/sampled_column.hpp"
#include "patch/model/date.hpp"

#include <algorithm>

namespace upkeep::patch {

namespace {

/// Formats with the same order of day, month and year, with any time of day.
using Family = std::vector<std::string>;

const std::vector<Family>& families() {
  static const std::vector<Family> k_families = [] {
    std::vector<std::string> days{"%d %b %Y",    "%d-%b-%Y",    "%d/%b/%Y",     "%d.%b.%Y",
                                  "%d %b %y",    "%d-%b-%y",    "%d/%b/%y",     "%d %b, %Y",
                                  "%b %d, %Y",   "%b %d %Y",    "%b-%d-%Y",     "%a, %d %b %Y",
                                  "%a %d %b %Y", "%a %b %d %Y", "%a, %b %d, %Y"};
    for (const char* separator : {"/", "-", ".", " "}) {
      for (const char* order :
           {"%d*%m*%Y", "%m*%d*%Y", "%Y*%m*%d", "%d*%m*%y", "%m*%d*%y", "%Y*%b*%d"}) {
        days.push_back(replace_all(order, "*", separator));
      }
    }
    days.emplace_back("%y-%m-%d");  // with other separators the year does not come first
    std::vector<Family> all{{"iso"}};
    for (const std::string& day : days) {
      Family family;
      for (const char* clock : {"", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %I:%M%p",
                                ", %H:%M", ", %H:%M:%S", ", %I:%M %p", ", %I:%M:%S %p",
                                " %H:%M:%S.%f", " %H:%M %z", " %H:%M:%S %z", " %H:%M:%S.%f %z",
                                "T%H:%M:%S%z", "T%H:%M:%S", " %H:%M:%S UTC", " %H:%M:%S GMT"}) {
        family.push_back(day + clock);
      }
      all.push_back(std::move(family));
    }
    return all;
  }();
  return k_families;
}

/// The formats of a family that some value needs.
std::vector<std::string> needed(const Family& family, const std::vector<std::string>& values) {
  std::vector<std::string> formats;
  for (const std::string& format : family) {
    const bool used = std::any_of(values.begin(), values.end(), [&](const std::string& value) {
      return read_date(value, {format}).date.has_value();
    });
    if (used) formats.push_back(format);
  }
  return formats;
}

struct Fit {
  const Family* family = nullptr;
  std::size_t count = 0;
};

/// The families that can read some of the values, those that read most first.
std::vector<Fit> fits_of(const std::vector<std::string>& values) {
  // A few values from the whole column suffice to narrow them down.
  constexpr std::size_t k_few = 200;
  std::vector<std::string> few;
  for (std::size_t i = 0; i < values.size(); i += values.size() / k_few + 1) {
    few.push_back(values[i]);
  }
  std::vector<Fit> fits;
  for (const Family& family : families()) {
    const std::vector<std::string> formats = needed(family, few);
    if (formats.empty()) continue;
    const auto count = std::count_if(values.begin(), values.end(), [&](const std::string& value) {
      return read_date(value, family).date.has_value();
    });
    fits.push_back({&family, static_cast<std::size_t>(count)});
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const Fit& a, const Fit& b) { return a.count > b.count; });
  return fits;
}

/// A value that two families read differently; empty: none.
std::string contradiction(const std::vector<std::string>& values, const Family& a,
                          const Family& b) {
  for (const std::string& value : values) {
    const auto one = read_date(value, a).date, other = read_date(value, b).date;
    if (one && other && *one != *other) return value;
  }
  return {};
}

/// Whether two families agree on all values; if not, the column mixes both.
bool read_the_same(const std::vector<std::string>& values, const Family& a, const Family& b) {
  return std::all_of(values.begin(), values.end(), [&](const std::string& value) {
    return read_date(value, a).date.has_value() == read_date(value, b).date.has_value();
  });
}

}  // namespace

DateGuess guess_dates(const std::vector<std::string>& values) {
  DateGuess guess;
  guess.usual = std::all_of(values.begin(), values.end(), [](const std::string& value) {
    return normalized_date(value).has_value();
  });
  const std::vector<Fit> fits = fits_of(values);
  if (fits.empty()) {
    guess.unreadable = values;
    return guess;
  }
  for (const Fit& fit : fits) {
    if (fit.count < fits.front().count) break;
    const std::string sample = contradiction(values, *fits.front().family, *fit.family);
    if (sample.empty() || !read_the_same(values, *fits.front().family, *fit.family)) continue;
    if (guess.readings.empty()) guess.readings.push_back(needed(*fits.front().family, values));
    guess.readings.push_back(needed(*fit.family, values));
    if (guess.sample.empty()) guess.sample = sample;
  }
  if (!guess.readings.empty()) return guess;
  // Values that the best family cannot read may be read by another: a cell that both read
  // differently becomes a reject.
  std::vector<std::string> rest = values;
  for (const Fit& fit : fits) {
    const auto reads = [&](const std::string& value) {
      return read_date(value, *fit.family).date.has_value();
    };
    if (std::none_of(rest.begin(), rest.end(), reads)) continue;
    for (std::string& format : needed(*fit.family, values)) {
      guess.formats.push_back(std::move(format));
    }
    std::erase_if(rest, reads);
  }
  guess.unreadable = std::move(rest);
  return guess;
}

std::string first_date_part(const std::vector<SampledColumn>& columns, char separator,
                            std::string& header) {
  const std::string mark = separator == '.' ? "\\." : std::string(1, separator);
  const Regex date("([0-9]{1,2})" + mark + "([0-9]{1,2})" + mark +
                   "(?:[0-9]{4}|[0-9]{2})(?![0-9])");
  constexpr std::size_t k_longest = 40, k_size = 2;
  const auto is_day = [](const std::string& part) { return part.size() == k_size && part > "12"; };
  std::string part;
  for (const SampledColumn& column : columns) {
    for (const std::string& value : column.values) {
      if (value.size() > k_longest || !(value[0] >= '0' && value[0] <= '9')) continue;
      const auto groups = date.groups(value);
      if (!groups || !value.starts_with(groups->front())) continue;
      const bool day = is_day(groups->at(1)), month = is_day(groups->at(2));
      if (day == month) continue;
      const std::string says = day ? "%d" : "%m";
      if (!part.empty() && part != says) return {};
      if (part.empty()) header = column.header;
      part = says;
    }
  }
  return part;
}

}  // namespace upkeep::patch
