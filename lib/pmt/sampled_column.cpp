// SPDX-License-Identifier: MIT
#include "pmt/sampled_column.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "pmt/date.hpp"
#include "pmt/patch_name.hpp"
#include "pmt/spreadsheet.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::pmt {

namespace {

const std::vector<std::string>& blank_words() {
  static const std::vector<std::string> k_words{
      "-",          "--",     "---",        "N/A",        "n/a",         "NA",  "None",
      "none",       "(none)", "null",       "NULL",       "nil",         "tbd", "TBD",
      "0000-00-00", "?",      "Unassigned", "unassigned", "(unassigned)"};
  return k_words;
}

bool is_blank_word(const std::string& value) {
  const auto& words = blank_words();
  return std::find(words.begin(), words.end(), value) != words.end();
}

/// Titles stand above the headers, and have a cell or two; headers have nearly all.
std::size_t find_header(const std::vector<std::vector<std::string>>& records) {
  constexpr std::size_t k_among = 50, k_of_ten = 6;
  const auto filled = [](const std::vector<std::string>& cells) {
    return static_cast<std::size_t>(
        std::count_if(cells.begin(), cells.end(), [](const auto& cell) { return !cell.empty(); }));
  };
  const std::size_t end = std::min(records.size(), k_among);
  std::size_t most = 0;
  for (std::size_t i = 0; i < end; ++i) most = std::max(most, filled(records[i]));
  for (std::size_t i = 0; i < end; ++i) {
    if (filled(records[i]) * 10 >= most * k_of_ten) return i;
  }
  return 0;
}

std::string shown_value(const std::string& cell) {
  try {
    return cell_value(cell);
  } catch (const Error&) {
    return cell;  // a formula: the import rejects it
  }
}

}  // namespace

SampledSheet sample_sheet(const std::vector<std::vector<std::string>>& records) {
  SampledSheet sheet;
  sheet.header_row = find_header(records);
  const std::vector<std::string>& headers = records.at(sheet.header_row);
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (headers[i].empty()) continue;
    const auto [at, added] = index.emplace(headers[i], sheet.columns.size());
    if (added) sheet.columns.push_back({headers[i], {}, {}, {}, 0, false});
    sheet.columns[at->second].places.push_back(i);
  }
  std::set<std::string> blank;
  std::vector<std::set<std::string>> seen(sheet.columns.size());
  for (std::size_t r = sheet.header_row + 1; r < records.size(); ++r) {
    const std::vector<std::string>& cells = records[r];
    ++sheet.rows;
    for (std::size_t i = 0; i < cells.size() && i < headers.size(); ++i) {
      if (headers[i].empty() && !cells[i].empty()) sheet.unnamed = true;
    }
    for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
      SampledColumn& column = sheet.columns[c];
      std::set<std::string> here;
      std::string first;
      for (const std::size_t place : column.places) {
        if (place >= cells.size() || cells[place].empty()) continue;
        std::string value = shown_value(cells[place]);
        if (is_blank_word(value)) {
          blank.insert(value);
          continue;
        }
        if (value.empty()) continue;
        if (first.empty()) first = value;
        here.insert(value);
        if (seen[c].insert(value).second) column.values.push_back(std::move(value));
      }
      if (!here.empty()) ++column.filled;
      column.several = column.several || here.size() > 1;
      column.by_row.push_back(std::move(first));
    }
  }
  sheet.blank.assign(blank.begin(), blank.end());
  return sheet;
}

std::string guess_separator(const SampledColumn& column, const std::string& target) {
  static const Regex ticket("[A-Za-z][A-Za-z0-9_]*-[0-9]+");
  static const Regex jar("\\S.*\\.(?:jar|war|zip|car|mar|dll|so)");
  const std::set<std::string> alone(column.values.begin(), column.values.end());
  for (const std::string_view separator : {"\n", ";", "|", ",", " "}) {
    bool shows = false, fits = true;
    for (const std::string& value : column.values) {
      if (value.find(separator) == std::string::npos) continue;
      std::size_t known = 0;
      const auto parts = split(value, separator[0]);
      for (const std::string& part : parts) {
        const std::string piece(trim(part));
        const bool is_ticket = target.ends_with("JIRA") && ticket.matches(piece);
        const bool is_jar = target.ends_with("jarsInvolved") && jar.matches(piece);
        const bool versioned = target.ends_with("roducts") && !version_in(piece).empty();
        const bool sure = separator == "\n" || separator == ";" || separator == "|";
        if (is_ticket || is_jar || (separator != " " && (versioned || alone.contains(piece))))
          ++known;
        if (sure && !piece.empty()) ++known;
      }
      shows = true;
      fits = fits && known >= parts.size();
    }
    if (shows && fits) return std::string(separator);
  }
  return {};
}

std::string version_in(const std::string& text) {
  static const Regex version("(?:^|[^0-9.])([0-9]{1,4}(?:\\.[0-9]{1,5}){1,3})(?![0-9]|\\.[0-9])");
  std::string found, rest = text;
  while (const auto groups = version.groups(rest)) {
    if (!found.empty()) return {};
    found = groups->at(1);
    rest = rest.substr(rest.find(found) + found.size());
  }
  return platform_key(found) ? found : std::string();
}

namespace {

/// Formats that read the order of day, month and year in one way, with any time of day.
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
    days.emplace_back(
        "%y-%m-%d");  // of the other separators nobody means the year by what is first
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

/// Those formats of a family that values need.
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

/// The families that read some of the values, those that read most first.
std::vector<Fit> fits_of(const std::vector<std::string>& values) {
  // Which they can be, a few values from all over the column tell.
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

/// A value that two families read differently; empty: there is none.
std::string contradiction(const std::vector<std::string>& values, const Family& a,
                          const Family& b) {
  for (const std::string& value : values) {
    const auto one = read_date(value, a).date, other = read_date(value, b).date;
    if (one && other && *one != *other) return value;
  }
  return {};
}

/// Whether what one family reads is what the other reads: where not, the column is written in both.
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
  // What the best does not read, another may: a cell that both read differently is then a reject.
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

}  // namespace upkeep::pmt
