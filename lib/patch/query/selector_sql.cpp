// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/selector.hpp"
#include "patch/query/selector_columns.hpp"
#include "patch/query/selector_fields.hpp"
#include "patch/query/selector_parts.hpp"
#include "patch/query/terms.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

using enum Operator;

bool is_void_state(const std::string& value) {
  return lower(trim(value)) == lower(k_void_state);
}

/// Whether it asks for void patches.
bool asks_for_void(const Term& term) {
  return term.key == "state" && term.op == Operator::equal &&
         std::any_of(term.values.begin(), term.values.end(), is_void_state);
}

/// Builds the conditions of one selector.
class Builder {
 public:
  explicit Builder(const SelectorContext& context) : m_context(context) {}

  Condition condition(const Term& term) const {
    Condition out = positive(term);
    if (is_negative(term.op)) return {fmt::format("({}) IS NOT TRUE", out.sql), {}};
    return out;
  }

  std::vector<std::string> sort_expressions(const SortKey& key) const;

 private:
  [[noreturn]] void unknown(const std::string& key) const {
    std::vector<std::string> columns{"patch", "platform", "number",     "state",        "lifecycle",
                                     "queue", "created",  "created_by", "requested_by", "released"};
    const auto& links = link_types();
    columns.insert(columns.end(), links.begin(), links.end());
    const auto [wrong, advice] = no_field(m_context.type, m_context.config, key, "key", columns);
    throw UsageError(wrong, advice);
  }

  Condition positive(const Term& term) const {
    const std::string& key = term.key;
    if (key == "patch") return by_name(term);
    if (key == "platform" && m_context.rows == Rows::patches) return by_platform(term);
    if (key == "number") return {by_number(term, "p.number"), {}};
    if (key == "queue") return {by_queue(term), {}};
    if (const auto column = column_of(key, m_context.rows)) {
      return {column->is_time ? by_time(term, column->sql) : by_column(term, *column), {}};
    }
    const auto& links = link_types();
    if (std::find(links.begin(), links.end(), key) != links.end()) return {by_link(term), {}};
    return field_condition(term, keys_of(key), m_context);
  }

  std::vector<std::string> keys_of(const std::string& key) const {
    auto found =
        fields_of_key(m_context.type, m_context.config, key == "platform" ? k_platform_key : key);
    if (found.empty()) unknown(key);
    return found;
  }

  Condition by_name(const Term& term) const {
    if (is_ordering(term.op)) refuse_term(term, "has no order", "compare platform and number");
    return {any_value(term,
                      [&](const std::string& value) {
                        if (term.op == contains || term.op == not_contains) {
                          return contains_sql(name_sql(m_context.names), value);
                        }
                        const auto ref = m_context.names.parse(value);
                        if (!ref) {
                          refuse_term(term,
                                      fmt::format("'{}' is not a patch name", printable(value)),
                                      "patch~TEXT matches parts of names");
                        }
                        return fmt::format("(p.platform_key = '{}' AND p.number = {})",
                                           *platform_key(ref->platform), ref->number);
                      }),
            {}};
  }

  static Condition by_platform(const Term& term) {
    return {any_value(term,
                      [&](const std::string& value) -> std::string {
                        if (term.op == contains || term.op == not_contains) {
                          return contains_sql("p.platform", value);
                        }
                        const auto key = platform_key(value);
                        if (!key) {
                          refuse_term(term, fmt::format("'{}' is not a version", printable(value)),
                                      "write it like 4.4.0");
                        }
                        return fmt::format("p.platform_key {} '{}'", spelling(term.op), *key);
                      }),
            {}};
  }

  static std::string by_number(const Term& term, const std::string& column) {
    return any_value(term, [&](const std::string& value) {
      if (term.op == contains || term.op == not_contains) return contains_sql(column, value);
      if (!is_number(value))
        refuse_term(term, fmt::format("'{}' is not a number", printable(value)));
      return fmt::format("{} {} {}", column, spelling(term.op), value);
    });
  }

  static std::string by_queue(const Term& term) {
    Term numbers = term;
    for (std::string& value : numbers.values) {
      if (const auto id = parse_queue_id(value)) value = std::to_string(*id);
    }
    const auto last = std::remove(numbers.values.begin(), numbers.values.end(), "");
    const bool none_too = last != numbers.values.end() && !is_ordering(term.op);
    if (none_too) numbers.values.erase(last, numbers.values.end());
    std::string sql = by_number(numbers, "p.queue");
    if (!none_too) return sql;
    return sql.empty() ? "p.queue IS NULL" : "p.queue IS NULL OR " + sql;
  }

  static std::string by_time(const Term& term, const std::string& column) {
    return any_value(term, [&](const std::string& value) -> std::string {
      if (term.op == contains || term.op == not_contains) return contains_sql(column, value);
      if (value.empty() && !is_ordering(term.op)) return column + " IS NULL";
      const auto span = span_of(value);
      if (!span) {
        refuse_term(term, fmt::format("'{}' is not a date", printable(value)),
                    "write it like 2014-03-01");
      }
      return compare(column, term.op, *span, true);
    });
  }

  std::string by_column(const Term& term, const KeyColumn& key) const {
    const std::string& column = key.sql;
    if (is_ordering(term.op)) refuse_term(term, "has no order", "use =, !=, ~ or !~");
    return any_value(term, [&](const std::string& typed) {
      if (typed.empty()) return column + " IS NULL";
      if (term.op == contains || term.op == not_contains) return contains_sql(column, typed);
      // The registry shows the dots of a state as blanks; both spellings are accepted.
      const bool of_state = term.key == "state";
      const std::string value = of_state ? replace_all(typed, ".", " ") : typed;
      // The first half uses the index, the second distinguishes accents.
      std::string same = fmt::format(
          "({2} = {1} COLLATE utf8mb4_general_ci AND LOWER({0}) COLLATE utf8mb4_bin = LOWER({1}))",
          column, "CONVERT(" + sql_text(value) + " USING utf8mb4)",
          key.indexed.empty() ? column : key.indexed);
      if (!of_state || m_context.rows == Rows::requests) return same;
      if (is_void_state(value)) return "p.voided_at IS NOT NULL OR " + same;
      return "(" + same + " AND p.voided_at IS NULL)";
    });
  }

  std::string by_link(const Term& term) const {
    if (term.op != equal && term.op != not_equal)
      refuse_term(term, "links can only be compared with = and !=");
    return any_value(term, [&](const std::string& value) {
      if (value.empty()) return has_no_link_sql(term.key);
      const auto ref = m_context.names.parse(value);
      if (!ref) refuse_term(term, fmt::format("'{}' is not a patch name", printable(value)));
      return has_link_sql({term.key, *ref});
    });
  }

  const SelectorContext& m_context;
};

std::vector<std::string> Builder::sort_expressions(const SortKey& key) const {
  const std::string& name = key.key;
  if (name == "patch") return {"p.platform_key", "p.number"};
  if (name == "platform" && m_context.rows == Rows::patches) return {"p.platform_key"};
  if (name == "number" || name == "queue") return {"p." + name};
  if (const auto column = column_of(name, m_context.rows)) return {column->sql};
  const std::string field = keys_of(name).front();
  const std::string value = fmt::format("IF({}, {}, NULL)", has_sql(field), first_value_sql(field));
  return {fmt::format("CASE WHEN {0} REGEXP '^-?[0-9]+([.][0-9]+)?$' THEN CAST({0} AS"
                      " DECIMAL(38,10)) END",
                      value),
          value};
}

}  // namespace

std::string SelectorSql::order_sql() const {
  std::string sql;
  for (const OrderKey& key : order) {
    sql += (sql.empty() ? "" : ", ") + key.sql + (key.descending ? " DESC" : "");
  }
  return sql;
}

SelectorSql selector_sql(const Selector& selector, const SelectorContext& context) {
  const Builder builder(context);
  SelectorSql out;
  out.rows = context.rows;
  out.limit = selector.limit;
  for (const Term& term : selector.terms) {
    out.conditions.push_back(builder.condition(term));
    out.void_too = out.void_too || asks_for_void(term);
  }
  for (const Phrase& phrase : selector.phrases) {
    // After the `=` of a line: the key itself is not searched.
    Condition condition;
    condition.sql = fmt::format(
        "p.fields REGEXP {}",
        sql_text("=[^\n]*(?<![\\p{L}\\p{N}])" + phrase_pattern(phrase) + "(?![\\p{L}\\p{N}])"));
    std::vector<std::string> all;
    for (const std::string& part : phrase) {
      if (const auto term = word_term(part)) all.push_back(*term);
    }
    if (!all.empty()) condition.index_terms.push_back(std::move(all));
    out.conditions.push_back(std::move(condition));
  }
  for (const SortKey& key : selector.sort) {
    const auto expressions = builder.sort_expressions(key);
    // Rows without a value come last in either direction.
    if (key.key != "patch" && key.key != "platform" && key.key != "number") {
      out.order.push_back({fmt::format("COALESCE(CHAR_LENGTH({}), 0) = 0", expressions.back())});
    }
    for (const std::string& one : expressions) out.order.push_back({one, key.descending});
  }
  if (context.rows == Rows::requests) {
    if (selector.sort.empty()) out.order = queue_order();
    out.order.push_back({"p.queue"});
    return out;
  }
  if (selector.sort.empty() && !selector.phrases.empty()) {
    out.order = {{"(" + score_sql(selector.phrases) + ")", true}, {"p.created_at", true}};
  }
  out.in_natural_order = out.order.empty();
  out.order.push_back({"p.platform_key"});
  out.order.push_back({"p.number"});
  return out;
}

}  // namespace upkeep::patch
