// SPDX-License-Identifier: MIT
#include "upgrade/store/sql_values.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::string fitting(const std::string& text) {
  return utf8_prefix(text, k_words_bytes);
}

std::optional<std::string> fitting(const std::optional<std::string>& text) {
  return text ? std::optional(fitting(*text)) : std::nullopt;
}

WallTime from_sql(const std::string& text) {
  const auto time = parse_iso8601(text);
  if (!time) throw Error(ExitStatus::internal, fmt::format("'{}' is not a time", text));
  return *time;
}

std::optional<WallTime> from_sql(const std::optional<std::string>& text) {
  return text ? std::optional(from_sql(*text)) : std::nullopt;
}

std::string to_sql(WallTime time) {
  std::string text = iso8601(time);
  text[10] = ' ';
  text.pop_back();
  const auto ms = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  return fmt::format("{}.{:03}", text, ms);
}

std::optional<std::string> to_sql(const std::optional<WallTime>& time) {
  return time ? std::optional(to_sql(*time)) : std::nullopt;
}

std::string marks_for(std::size_t count) {
  std::string marks = "?";
  for (std::size_t i = 1; i < count; ++i) marks += ", ?";
  return marks;
}

}  // namespace upkeep::upgrade
