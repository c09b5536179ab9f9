// SPDX-License-Identifier: MIT
#include "patch/query/selector_fields.hpp"

#include "base/error.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/selector_parts.hpp"
#include "patch/query/terms.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

std::string key_pattern(const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : "|") + regex_quoted(key);
  return keys.size() == 1 ? out : "(?:" + out + ")";
}

/// A product with all of its names.
Term with_aliases(const Term& term, const std::vector<std::string>& keys,
                  const SelectorContext& context) {
  Term out = term;
  if (context.products == nullptr || !is_product_key(keys.front())) return out;
  for (const std::string& value : term.values) {
    for (std::string& other : context.products->others(value)) {
      out.values.push_back(std::move(other));
    }
  }
  return out;
}

Condition by_whole_value(const Term& term, const std::vector<std::string>& keys,
                         const Field& field) {
  Condition out;
  std::string pattern;
  bool absent = false;
  for (std::string value : term.values) {
    if (value.empty()) {
      absent = true;
      continue;
    }
    if (field.type == FieldType::checkbox) value = lower(value);
    pattern += (pattern.empty() ? "" : "|") + regex_quoted(encode_value(value));
    for (const std::string& key : keys) {
      const auto term_name = value_term(key, value);
      if (term_name) out.index_terms.push_back({*term_name});
    }
  }
  if (!pattern.empty()) {
    out.sql = fmt::format("p.fields REGEXP {}",
                          sql_text(fmt::format("\n{}=(?i:{})\n", key_pattern(keys), pattern)));
  }
  const bool indexed = out.index_terms.size() == term.values.size() * keys.size();
  if (!indexed) out.index_terms.clear();
  if (absent) {
    out.index_terms.clear();
    std::string none;
    for (const std::string& key : keys) {
      none += fmt::format("{}LOCATE({}, p.fields) = 0", none.empty() ? "" : " AND ",
                          sql_text("\n" + key + "="));
    }
    out.sql += (out.sql.empty() ? "(" : " OR (") + none + ")";
  }
  return out;
}

Condition by_part(const Term& term, const std::vector<std::string>& keys) {
  Condition out;
  std::string pattern;
  for (const std::string& value : term.values) {
    pattern += (pattern.empty() ? "" : "|") + regex_quoted(encode_value(value));
    if (auto part = word_part(value)) out.word_parts.push_back(std::move(*part));
  }
  if (out.word_parts.size() < term.values.size()) out.word_parts.clear();
  out.sql = fmt::format("p.fields REGEXP {}",
                        sql_text(fmt::format("\n{}=[^\n]*(?i:{})", key_pattern(keys), pattern)));
  return out;
}

std::string date_condition(const Term& term, const std::string& key, const std::string& value) {
  const auto span = span_of(value);
  if (!span) {
    refuse_term(term, fmt::format("'{}' is not a date", printable(value)),
                "write it like 2014-03-01");
  }
  return fmt::format("({} AND {})", has_sql(key),
                     compare(first_value_sql(key), term.op, *span, false));
}

std::string by_date(const Term& term, const std::vector<std::string>& keys) {
  return any_value(term, [&](const std::string& value) {
    if (value.empty()) return fmt::format("NOT ({})", has_sql(keys.front()));
    return date_condition(term, keys.front(), value);
  });
}

std::string ordered(const Term& term, const std::string& key, const Field& field,
                    const std::string& value) {
  if (field.type == FieldType::date) return date_condition(term, key, value);
  const std::string expression = first_value_sql(key);
  if (is_number(value)) {
    return fmt::format(
        "({} AND {} REGEXP '^-?[0-9]+([.][0-9]+)?$' AND"
        " CAST({} AS DECIMAL(38,10)) {} {})",
        has_sql(key), expression, expression, spelling(term.op), value);
  }
  const auto span = span_of(value);
  if (!span) {
    refuse_term(term, fmt::format("'{}' is neither a number nor a date", printable(value)),
                "<, <=, > and >= compare numbers and dates");
  }
  return fmt::format("({} AND {} REGEXP '^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND {})",
                     has_sql(key), expression, compare(expression, term.op, *span, false));
}

}  // namespace

Condition field_condition(const Term& term, const std::vector<std::string>& keys,
                          const SelectorContext& context) {
  const Field& field = *context.type.find(keys.front());
  if (is_ordering(term.op)) {
    return {any_value(term,
                      [&](const std::string& value) {
                        std::string sql;
                        for (const std::string& key : keys) {
                          if (!sql.empty()) sql += " OR ";
                          sql += ordered(term, key, field, value);
                        }
                        return sql;
                      }),
            {}};
  }
  const bool whole = term.op == Operator::equal || term.op == Operator::not_equal;
  if (whole && field.type == FieldType::date) return {by_date(term, keys), {}};
  if (!whole) return by_part(term, keys);
  return by_whole_value(with_aliases(term, keys, context), keys, field);
}

}  // namespace upkeep::patch
