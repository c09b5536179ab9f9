// SPDX-License-Identifier: MIT
#include "pmt/date.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>

#include <chrono>
#include <ctime>

namespace upkeep::pmt {

namespace {

const std::vector<std::string>& usual_formats() {
  static const std::vector<std::string> k_formats = [] {
    std::vector<std::string> formats;
    for (const char* day : {"%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d", "%d %b %Y",
                            "%d-%b-%Y", "%d %b, %Y", "%b %d, %Y", "%b %d %Y"}) {
      for (const char* clock : {"", " %H:%M", " %H:%M:%S"}) {
        formats.push_back(std::string(day) + clock);
      }
    }
    return formats;
  }();
  return k_formats;
}

bool has_clock(const std::string& format) {
  for (const char* part : {"%H", "%I", "%T", "%R", "%c", "%s", "%k", "%l"}) {
    if (format.find(part) != std::string::npos) return true;
  }
  return false;
}

std::optional<std::string> read(const std::string& text, const std::string& format) {
  std::tm parts{};
  parts.tm_mday = 1;
  const char* end = ::strptime(text.c_str(), format.c_str(), &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  // A four-digit %Y takes `14` as the year 14: a spreadsheet means something else by it.
  const int year = parts.tm_year + 1900;
  const std::chrono::year_month_day day{std::chrono::year{year},
                                        std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
                                        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  constexpr int k_first_year = 1000, k_last_year = 9999;
  if (year < k_first_year || year > k_last_year || !day.ok()) return std::nullopt;
  std::string out = fmt::format("{:04}-{:02}-{:02}", year, parts.tm_mon + 1, parts.tm_mday);
  if (has_clock(format)) {
    out += fmt::format("T{:02}:{:02}:{:02}Z", parts.tm_hour, parts.tm_min, parts.tm_sec);
  }
  return out;
}

}  // namespace

std::optional<std::string> normalized_date(std::string_view text,
                                           const std::vector<std::string>& formats) {
  const std::string word(trim(text));
  for (const std::string& format : formats) {
    if (auto found = read(word, format)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> normalized_date(std::string_view text) {
  const std::string_view word = trim(text);
  if (const auto time = parse_iso8601(word)) {
    constexpr std::size_t k_day = 10;
    if (word.size() > k_day) return iso8601(*time);
    if (word >= "1000") return std::string(word);
    return std::nullopt;
  }
  return normalized_date(word, usual_formats());
}

std::string next_day(const std::string& day) {
  const auto time = parse_iso8601(day);
  return time ? iso8601(*time + std::chrono::days{1}).substr(0, 10) : day;
}

}  // namespace upkeep::pmt
