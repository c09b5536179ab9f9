// SPDX-License-Identifier: MIT
#include "patch/model/date.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/model/date_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

namespace upkeep::patch {

namespace {

constexpr const char* k_iso_format = "iso";

std::vector<std::string> with_clocks(const std::vector<const char*>& days) {
  std::vector<std::string> formats;
  for (const char* day : days) {
    for (const char* clock : {"", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p"}) {
      formats.push_back(std::string(day) + clock);
    }
  }
  return formats;
}

const std::vector<std::string>& usual_formats() {
  static const std::vector<std::string> k_formats =
      with_clocks({"%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d", "%d %b %Y",
                   "%d-%b-%Y", "%d %b, %Y", "%b %d, %Y", "%b %d %Y"});
  return k_formats;
}

const std::vector<std::string>& month_first_formats() {
  static const std::vector<std::string> k_formats =
      with_clocks({"%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y"});
  return k_formats;
}

/// Removes the fraction from a text whose format has `%f`, which strptime(3) does not support.
std::optional<std::string> without_fraction(const std::string& text, std::string& format) {
  const auto at = format.find("%f");
  if (at == std::string::npos) return text;
  const bool mark = at > 0 && (format[at - 1] == '.' || format[at - 1] == ',');
  if (!mark) return std::nullopt;
  static const Regex fraction("(.*:[0-9]{2})[.,][0-9]{1,9}([^0-9].*)?");
  format.erase(at - 1, 3);
  if (!fraction.matches(text)) return std::nullopt;
  const auto parts = fraction.groups(text);
  return parts->at(1) + (parts->size() > 2 ? parts->at(2) : "");
}

std::optional<std::string> iso_date(std::string_view text) {
  const auto time = parse_iso8601(text);
  if (!time) return std::nullopt;
  constexpr std::size_t k_day = 10;
  std::string iso = iso8601(*time);
  if (iso.size() != 20 || iso < "1000") return std::nullopt;
  return text.size() == k_day ? iso.substr(0, k_day) : iso;
}

std::optional<std::string> read_by(const std::string& text, std::string format) {
  if (format == k_iso_format) return iso_date(text);
  const auto word = without_fraction(text, format);
  if (!word) return std::nullopt;
  const PlainFormat& plain = plain_format(format);
  if (!plain.shape.matches(*word)) return std::nullopt;
  std::tm parts{};
  const char* end = ::strptime(word->c_str(), plain.text.c_str(), &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  // A four-digit %Y reads `14` as the year 14, which a spreadsheet never means.
  const int year = parts.tm_year + 1900;
  const std::chrono::year_month_day day{std::chrono::year{year},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  constexpr int k_first_year = 1000, k_last_year = 9999;
  if (year < k_first_year || year > k_last_year || !day.ok()) return std::nullopt;
  if (!has_clock(plain.text)) {
    return fmt::format("{:04}-{:02}-{:02}", year, parts.tm_mon + 1, parts.tm_mday);
  }
  const WallTime time = std::chrono::sys_days(day) + std::chrono::hours{parts.tm_hour} +
                        std::chrono::minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec} -
                        std::chrono::seconds{parts.tm_gmtoff};
  std::string iso = iso8601(time);
  return iso.size() == 20 && iso >= "1000" ? std::optional(std::move(iso)) : std::nullopt;
}

std::optional<std::string> first_fit(const std::string& text,
                                     const std::vector<std::string>& formats) {
  for (const std::string& format : formats) {
    if (auto found = read_by(text, format)) return found;
  }
  return std::nullopt;
}

}  // namespace

DateReading read_date(std::string_view text, const std::vector<std::string>& formats) {
  const std::string word(trim(plain_blanks(text)));
  DateReading reading;
  for (const std::string& format : formats) {
    auto found = read_by(word, format);
    if (!found) continue;
    if (!reading.date) {
      reading.date = std::move(found);
    } else if (*found != *reading.date && !reading.other) {
      reading.other = std::move(found);
    }
  }
  return reading;
}

std::optional<std::string> normalized_date(std::string_view text) {
  const std::string plain = plain_blanks(text);
  const std::string_view word = trim(plain);
  if (auto iso = iso_date(word)) return iso;
  return first_fit(std::string(word), usual_formats());
}

std::optional<std::string> typed_date(std::string_view text, WallTime now) {
  if (const auto date = parse_typed_date(text, now)) return date->text();
  return normalized_date(text);
}

std::optional<std::string> month_first_reading(std::string_view text) {
  const auto day_first = normalized_date(text);
  auto month_first = first_fit(std::string(trim(plain_blanks(text))), month_first_formats());
  if (!day_first || !month_first || *day_first == *month_first) return std::nullopt;
  return month_first;
}

std::string date_format_problem(const std::string& format) {
  if (format == k_iso_format) return {};
  if (has_any(format, "Z")) return "names of time zones (%Z) cannot be read; %z reads an offset";
  if (has_any(format, "GgUVWu")) return "weeks (%G, %U, %V, %W, %u) do not make a date";
  const bool whole = has_any(format, "Fcs") || has_any(format, "Dx");
  const bool year = whole || has_any(format, "YyC");
  const bool day_of_year = has_any(format, "j");
  const bool month = whole || day_of_year || has_any(format, "mbBh");
  const bool day = whole || day_of_year || has_any(format, "de");
  if (!year) return "it has no year (%Y or %y)";
  if (!month) return "it has no month (%m or %b)";
  if (!day) return "it has no day (%d)";
  if (has_any(format, "I") != has_any(format, "p")) return "%I and %p go together";
  if (has_any(format, "z") && !has_clock(format)) {
    return "an offset (%z) changes a time of day, and it has none (%H:%M)";
  }
  if (const std::string lost = lost_offset(format); !lost.empty()) {
    return fmt::format("the text '{}' would not change the time; %z reads offsets, %p AM and PM",
                       printable(lost));
  }
  const auto fraction = format.find("%f");
  if (fraction != std::string::npos &&
      (fraction == 0 || (format[fraction - 1] != '.' && format[fraction - 1] != ','))) {
    return "%f needs a dot or a comma before it";
  }
  // A format must read its own output; one that strptime(3) does not support reads nothing.
  std::string known = format;
  if (fraction != std::string::npos) known.erase(fraction - 1, 3);
  std::tm sample{};
  sample.tm_year = 114;
  sample.tm_mon = 10;
  sample.tm_mday = 25;
  sample.tm_yday = 328;
  sample.tm_wday = 2;
  sample.tm_hour = 13;
  std::string text(1024, '\0');
  const std::size_t size = std::strftime(text.data(), text.size(), known.c_str(), &sample);
  text.resize(size);
  if (size == 0 || !read_by(text, known)) return "strptime(3) cannot read it";
  return {};
}

bool is_serial_day(std::string_view text) {
  static const Regex serial("[0-9]{5}([.,][0-9]+)?");
  return serial.matches(trim(plain_blanks(text)));
}

std::string date_problem(std::string_view text) {
  const std::string word(trim(text));
  if (is_serial_day(word)) {
    return fmt::format(
        "'{}' is a spreadsheet's serial number of a day; format the column as a date before it is "
        "saved",
        printable(word));
  }
  return fmt::format("'{}' is not a date", ellipsized(printable(word), 60));
}

std::string next_day(const std::string& day) {
  const auto time = parse_iso8601(day);
  return time ? iso8601(*time + std::chrono::days{1}).substr(0, 10) : day;
}

}  // namespace upkeep::patch
