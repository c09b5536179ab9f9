// SPDX-License-Identifier: MIT
#include "patch/query/selector_parts.hpp"

#include "base/regex.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/model/date.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::patch {

using enum Operator;

bool is_negative(Operator op) {
  return op == not_equal || op == not_contains;
}
bool is_ordering(Operator op) {
  return op == less || op == at_most || op == greater || op == at_least;
}
const char* spelling(Operator op) {
  switch (op) {
    case less:
      return "<";
    case at_most:
      return "<=";
    case greater:
      return ">";
    case at_least:
      return ">=";
    default:
      return "=";
  }
}

namespace {

/// A span that ends before `next`, the day after it. Servers have no year of five digits: the last
/// span ends a second early.
Span span_before(std::string from, std::string next) {
  if (next.find('-') > 4) next = "9999-12-31T23:59:59Z";
  return {std::move(from), std::move(next)};
}

}  // namespace

std::optional<Span> span_of(const std::string& text) {
  constexpr std::size_t k_year = 4, k_month = 7, k_day = 10;
  const bool digits =
      text.size() == k_year && text.find_first_not_of("0123456789") == std::string::npos;
  if (digits) {
    return span_before(text + "-01-01", fmt::format("{:04}-01-01", *to_integer(text) + 1));
  }
  if (text.size() == k_month && parse_iso8601(text + "-01")) {
    const auto month = to_integer(std::string_view(text).substr(5)).value_or(1);
    const auto year = to_integer(std::string_view(text).substr(0, 4)).value_or(1);
    return span_before(text + "-01", month == 12 ? fmt::format("{:04}-01-01", year + 1)
                                                 : fmt::format("{:04}-{:02}-01", year, month + 1));
  }
  const auto date = typed_date(text, wall_now());
  if (!date) return std::nullopt;
  if (date->size() > k_day) return Span{*date, *date, true};
  return span_before(*date, next_day(*date));
}

std::string compare(const std::string& value, Operator op, const Span& span, bool with_time) {
  const auto literal = [&](const std::string& time) {
    if (!with_time) return sql_text(time);
    return sql_text(*sql_time(time));
  };
  switch (op) {
    case less:
      return fmt::format("{} < {}", value, literal(span.from));
    case at_most:
      return fmt::format("{} {} {}", value, span.instant ? "<=" : "<", literal(span.to));
    case greater:
      return fmt::format("{} {} {}", value, span.instant ? ">" : ">=", literal(span.to));
    case at_least:
      return fmt::format("{} >= {}", value, literal(span.from));
    default:
      if (span.instant) return fmt::format("{} = {}", value, literal(span.from));
      return fmt::format("({0} >= {1} AND {0} < {2})", value, literal(span.from), literal(span.to));
  }
}

void refuse_term(const Term& term, const std::string& why, std::string advice) {
  throw UsageError(fmt::format("{}: {}", term.key, why), std::move(advice));
}

bool is_number(const std::string& text) {
  static const Regex number("-?[0-9]{1,25}(\\.[0-9]{1,10})?");
  return number.matches(text);
}

std::string contains_sql(const std::string& expression, const std::string& value) {
  return fmt::format("CONVERT({} USING utf8mb4) COLLATE utf8mb4_bin REGEXP {}", expression,
                     sql_text("(?i)" + regex_quoted(value)));
}

std::string first_value_sql(const std::string& key) {
  const std::string start = sql_text("\n" + key + "=");
  return fmt::format("SUBSTRING_INDEX(SUBSTRING(p.fields, LOCATE({0}, p.fields) + {1}), {2}, 1)",
                     start, key.size() + 2, sql_text("\n"));
}
std::string has_sql(const std::string& key) {
  return fmt::format("LOCATE({}, p.fields) > 0", sql_text("\n" + key + "="));
}

std::string phrase_pattern(const Phrase& phrase) {
  std::string pattern;
  for (const std::string& part : phrase) {
    // A few characters that are neither letters nor digits. A line feed ends the value; one within
    // the value is stored as 0x1E and matches.
    if (!pattern.empty()) pattern += "[^\\p{L}\\p{N}\n]{1,4}";
    pattern += regex_quoted(part);
  }
  return "(?i:" + pattern + ")";
}

std::string score_sql(const std::vector<Phrase>& phrases) {
  std::string sql;
  for (const Phrase& phrase : phrases) {
    if (!sql.empty()) sql += " + ";
    // Counts the longest part: the whole phrase has matched, and no regular expression can count.
    const auto& part =
        *std::max_element(phrase.begin(), phrase.end(),
                          [](const auto& a, const auto& b) { return a.size() < b.size(); });
    const std::string literal = "LOWER(CONVERT(" + sql_text(part) + " USING utf8mb4))";
    sql += fmt::format(
        "LEAST(10, (CHAR_LENGTH(p.fields) - CHAR_LENGTH(REPLACE(LOWER(p.fields), {0}, ''))) DIV"
        " CHAR_LENGTH({0})) + 10 * (p.fields REGEXP {1})",
        literal, sql_text("\noverview_(?:name|description)=[^\n]*" + phrase_pattern(phrase)));
  }
  return sql;
}

}  // namespace upkeep::patch
