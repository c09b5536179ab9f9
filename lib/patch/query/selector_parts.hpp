// SPDX-License-Identifier: MIT
// The small pieces of a selector's SQL: spans of time, comparisons, a field's value as an
// expression.
#pragma once

#include "patch/query/selector.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

bool is_negative(Operator op);
bool is_ordering(Operator op);
/// As SQL spells it; `=` for what has no order.
const char* spelling(Operator op);

/// A day, a month or a year, or one instant: `from` is in it, `to` is not any more.
struct Span {
  std::string from, to;
  bool instant = false;
};
/// nullopt if `text` is not a date.
std::optional<Span> span_of(const std::string& text);

/// `value` compared with a span; both as texts that sort as times do.
std::string compare(const std::string& value, Operator op, const Span& span, bool with_time);

bool is_number(const std::string& text);

/// Whether an expression contains a text: case ignored, accents not.
std::string contains_sql(const std::string& expression, const std::string& value);

/// The first value of a field as an expression; where it has none, anything.
std::string first_value_sql(const std::string& key);
/// Whether a patch has a value of that field.
std::string has_sql(const std::string& key);

/// A regular expression for the parts of a phrase beside one another, case ignored.
/// @pre `phrase` is not empty
std::string phrase_pattern(const Phrase& phrase);

/// How well a patch fits the phrases: how often they occur, much more in its name and description.
std::string score_sql(const std::vector<Phrase>& phrases);

}  // namespace upkeep::patch
