// SPDX-License-Identifier: MIT
#include "patch/query/selector.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::patch {

namespace {

// The server's regular expressions are limited, and so is its stack: thousands of conditions crash
// it.
constexpr std::size_t k_longest_term = 10'000, k_longest_phrase = 500, k_most_terms = 100;

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

/// The operator at the start of `text`, longest first.
std::optional<std::pair<Operator, std::size_t>> take_operator(std::string_view text) {
  using enum Operator;
  static constexpr std::pair<std::string_view, Operator> k_operators[] = {
      {"!=", not_equal}, {"!~", not_contains}, {"<=", at_most}, {">=", at_least},
      {"=", equal},      {"~", contains},      {"<", less},     {">", greater}};
  for (const auto& [spelling, op] : k_operators) {
    if (text.starts_with(spelling)) return std::pair{op, spelling.size()};
  }
  return std::nullopt;
}

/// `a,b` as alternatives; `\,` is a comma, `\\` a backslash.
std::vector<std::string> alternatives(std::string_view text) {
  std::vector<std::string> values(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ',' || text[i + 1] == '\\');
    if (escaped) {
      values.back() += text[++i];
    } else if (text[i] == ',') {
      values.emplace_back();
    } else {
      values.back() += text[i];
    }
  }
  return values;
}

void add_sort(Selector& selector, std::string_view keys) {
  for (const std::string& one : split(keys, ',')) {
    SortKey key{one, false};
    if (one.starts_with('-') || one.starts_with('+')) key = {one.substr(1), one[0] == '-'};
    if (key.key.empty()) throw UsageError("sort: needs a key", "like sort:-created");
    selector.sort.push_back(key);
  }
}

void add_limit(Selector& selector, std::string_view number) {
  const auto limit = to_integer(number);
  if (!limit || *limit < 0) {
    throw UsageError(fmt::format("limit:{}: not a number", printable(number)), "like limit:50");
  }
  selector.limit = static_cast<std::size_t>(*limit);
}

/// Adds the letters and digits of `text` as the parts of one phrase, if it has any.
void add_phrase(Selector& selector, std::string_view text) {
  static const Regex k_next("^[^\\p{L}\\p{N}]*([\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*)");
  Phrase parts;
  for (std::string_view rest = text; const auto found = k_next.groups(rest);) {
    parts.push_back(found->at(1));
    rest.remove_prefix(found->at(0).size());
  }
  if (parts.size() > k_longest_phrase) {
    throw UsageError(
        fmt::format("'{}': a term of {} words", ellipsized(printable(text), 40), parts.size()),
        fmt::format("at most {} are allowed", k_longest_phrase));
  }
  if (!parts.empty()) selector.phrases.push_back(std::move(parts));
}

/// A bare term: each word is a phrase, and so is each quoted text. Typographic quotes count as
/// well, because queries are copied from documents.
void add_phrases(Selector& selector, std::string_view term) {
  static const Regex k_next(
      "^[\\p{Z}\\s]*(?:[\"\u201c\u201d\u201e\u00ab\u00bb]([^\"\u201c\u201d\u201e\u00ab\u00bb]*)"
      "[\"\u201c\u201d\u201e\u00ab\u00bb]|([^\\p{Z}\\s]+))");
  const std::size_t before = selector.phrases.size();
  for (std::string_view rest = term; const auto found = k_next.groups(rest);) {
    for (std::size_t i = 1; i < found->size(); ++i) add_phrase(selector, found->at(i));
    rest.remove_prefix(found->at(0).size());
  }
  if (selector.phrases.size() == before) {
    throw UsageError(fmt::format("'{}' contains nothing to search for", printable(term)),
                     "see upkeep-select(7)");
  }
}

}  // namespace

namespace {

void check_count(const Selector& selector) {
  const std::size_t count = selector.terms.size() + selector.phrases.size() + selector.sort.size();
  if (count <= k_most_terms) return;
  throw UsageError(fmt::format("a selector of more than {} terms", k_most_terms),
                   "alternatives are one term: key=a,b,c");
}

}  // namespace

Selector parse_selector(const std::vector<std::string>& operands) {
  Selector selector;
  for (const std::string& operand : operands) {
    check_count(selector);
    const std::string_view text = operand;
    if (text.empty()) throw UsageError("an empty selector term");
    if (!is_utf8(text)) throw UsageError("a selector term is not valid UTF-8");
    if (text.size() > k_longest_term) {
      throw UsageError(
          fmt::format("'{}': a term of {} bytes", ellipsized(printable(text), 40), text.size()),
          fmt::format("at most {} are allowed", k_longest_term));
    }
    if (text.starts_with("sort:")) {
      add_sort(selector, text.substr(5));
      continue;
    }
    if (text.starts_with("limit:")) {
      add_limit(selector, text.substr(6));
      continue;
    }
    std::size_t end = 0;
    while (end < text.size() && is_key_byte(text[end])) ++end;
    const auto op = take_operator(text.substr(end));
    if (end == 0 || !op) {
      if (op) throw UsageError(fmt::format("'{}': no key before the operator", printable(text)));
      add_phrases(selector, text);
      continue;
    }
    Term term;
    term.key = operand.substr(0, end);
    term.op = op->first;
    term.values = alternatives(text.substr(end + op->second));
    const bool is_part = term.op == Operator::contains || term.op == Operator::not_contains;
    if (is_part && std::any_of(term.values.begin(), term.values.end(),
                               [](const std::string& one) { return trim(one).empty(); })) {
      throw UsageError(
          fmt::format("'{}': an empty text, which every value contains", printable(text)),
          fmt::format("is a shell variable unset? {0}= and {0}!= test whether there is a value",
                      printable(term.key)));
    }
    selector.terms.push_back(std::move(term));
  }
  check_count(selector);
  return selector;
}

std::string SelectorSql::where() const {
  const bool of_requests = rows == Rows::requests;
  std::string sql = of_requests ? "p.queue_state IS NOT NULL" : "p.number IS NOT NULL";
  if (!of_requests && !void_too) sql += " AND p.voided_at IS NULL";
  for (const Condition& condition : conditions) sql += " AND (" + condition.sql + ")";
  return sql;
}

}  // namespace upkeep::patch
