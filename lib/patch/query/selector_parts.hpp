// SPDX-License-Identifier: MIT
// Building blocks of a selector's SQL: time spans, comparisons, field values as expressions.
#pragma once

#include "patch/query/selector.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

bool is_negative(Operator op);
bool is_ordering(Operator op);
/// Its SQL spelling; `=` for operators without an order.
const char* spelling(Operator op);

/// A day, a month, a year or one instant: the half-open range from `from` to `to`.
struct Span {
  std::string from, to;
  bool instant = false;
};
/// nullopt if `text` is not a date.
std::optional<Span> span_of(const std::string& text);

/// Compares `value` with a span; both are texts that sort like times.
std::string compare(const std::string& value, Operator op, const Span& span, bool with_time);

bool is_number(const std::string& text);

/// @throws UsageError that names the term's key
[[noreturn]] void refuse_term(const Term& term, const std::string& why, std::string advice = {});

/// The conditions that `condition_of` gives for each value of the term, of which any must hold.
std::string any_value(const Term& term, const auto& condition_of) {
  std::string sql;
  for (const std::string& value : term.values) {
    if (!sql.empty()) sql += " OR ";
    sql += condition_of(value);
  }
  return sql;
}

/// Whether an expression contains a text: case-insensitive, accent-sensitive.
std::string contains_sql(const std::string& expression, const std::string& value);

/// The first value of a field as an expression; undefined if there is none.
std::string first_value_sql(const std::string& key);
/// Whether a patch has a value of that field.
std::string has_sql(const std::string& key);

/// A regular expression that matches the parts of a phrase next to each other, ignoring case.
/// @pre `phrase` is not empty
std::string phrase_pattern(const Phrase& phrase);

/// How well a patch matches the phrases: how often they occur, with more weight on its name and
/// description.
std::string score_sql(const std::vector<Phrase>& phrases);

}  // namespace upkeep::patch
