// SPDX-License-Identifier: MIT
#include "patch/query/paging.hpp"

#include "patch/query/term_index.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace upkeep::patch {

namespace {

using Key = std::optional<std::string>;  // a value of an order key; none: NULL

/// What a cursor holds: how many rows are before it, and the order keys of the last one.
struct Cursor {
  std::size_t seen = 0;
  std::vector<Key> keys;
};

std::string fingerprint(const std::string& bound) {
  return fmt::format("{:x}", std::hash<std::string>{}(bound));
}

std::string encoded(const Cursor& cursor, const std::string& bound) {
  nlohmann::json array{fingerprint(bound), cursor.seen};
  for (const Key& key : cursor.keys) array.push_back(key ? nlohmann::json(*key) : nlohmann::json());
  constexpr int k_compact = -1;
  const std::string json =
      array.dump(k_compact, ' ', false, nlohmann::json::error_handler_t::replace);
  std::string hex;
  hex.reserve(json.size() * 2);
  for (const char c : json) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

[[noreturn]] void refuse_cursor() {
  throw UsageError("the cursor does not belong to this list", "begin with its first page");
}

std::string unhexed(const std::string& hex) {
  constexpr int k_hexadecimal = 16;
  std::string text;
  if (hex.size() % 2 != 0) refuse_cursor();
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::string digits = hex.substr(i, 2);
    if (digits.find_first_not_of("0123456789abcdef") != std::string::npos) refuse_cursor();
    text += static_cast<char>(std::stoi(digits, nullptr, k_hexadecimal));
  }
  return text;
}

Cursor decoded(const std::string& hex, const std::string& bound, std::size_t keys) {
  Cursor cursor;
  const auto json = nlohmann::json::parse(unhexed(hex), nullptr, false);
  if (!json.is_array() || json.size() != keys + 2 || json[0] != fingerprint(bound) ||
      !json[1].is_number_unsigned()) {
    refuse_cursor();
  }
  cursor.seen = json[1].get<std::size_t>();
  for (std::size_t i = 2; i < json.size(); ++i) {
    if (!json[i].is_null() && !json[i].is_string()) refuse_cursor();
    cursor.keys.push_back(json[i].is_null() ? Key() : Key(json[i].get<std::string>()));
  }
  return cursor;
}

/// That a row is behind `value` in one key. NULL sorts first.
std::string behind(const OrderKey& key, const Key& value) {
  if (!value) return key.descending ? "FALSE" : fmt::format("{} IS NOT NULL", key.sql);
  const std::string literal = sql_text(*value);
  if (!key.descending) return fmt::format("{} > {}", key.sql, literal);
  return fmt::format("({0} < {1} OR {0} IS NULL)", key.sql, literal);
}

std::string behind_all(const std::vector<OrderKey>& order, const std::vector<Key>& values) {
  std::string sql, equal;
  for (std::size_t i = 0; i < order.size(); ++i) {
    sql += fmt::format("{}({}{})", sql.empty() ? "" : " OR ", equal, behind(order[i], values[i]));
    equal += fmt::format("{} <=> {} AND ", order[i].sql,
                         values[i] ? sql_text(*values[i]) : std::string("NULL"));
  }
  return fmt::format("({})", sql);
}

}  // namespace

SelectedPage page_of(db::Connection& connection, const SelectorSql& selected,
                     const std::string& cursor, std::size_t size, const std::string& bound) {
  Cursor at;
  std::string behind_cursor;
  if (!cursor.empty()) {
    at = decoded(cursor, bound, selected.order.size());
    behind_cursor = " AND " + behind_all(selected.order, at.keys);
  }
  std::size_t rest = size;
  if (selected.limit) rest = std::min(size, *selected.limit - std::min(*selected.limit, at.seen));
  std::string columns(patch_columns());
  for (std::size_t i = 0; i < selected.order.size(); ++i) {
    columns += fmt::format(", {} AS order_{}", selected.order[i].sql, i);
  }
  const std::string sql = fmt::format(
      "SELECT {} FROM patch p WHERE {}{}{} ORDER BY {} LIMIT {}", columns, selected.where(),
      narrowing_sql(connection, selected), behind_cursor, selected.order_sql(), rest + 1);
  SelectedPage page;
  Cursor last{at.seen, {}};
  bool more = false;
  for (const db::Row& row : connection.query(sql)) {
    more = page.patches.size() == rest;
    if (more) break;
    page.patches.push_back(patch_of(row));
    last.keys.clear();
    for (std::size_t i = 0; i < selected.order.size(); ++i) {
      last.keys.push_back(row.maybe_text(fmt::format("order_{}", i)));
    }
  }
  last.seen += page.patches.size();
  const bool exhausted = selected.limit && last.seen >= *selected.limit;
  if (more && !exhausted) page.next = encoded(last, bound);
  return page;
}

std::size_t count_of(db::Connection& connection, const SelectorSql& selected, std::size_t most) {
  const std::size_t limit = std::min(most, selected.limit.value_or(most));
  const auto rows = connection.query(
      fmt::format("SELECT COUNT(*) AS count FROM (SELECT 1 FROM patch p WHERE {}{} LIMIT {}) found",
                  selected.where(), narrowing_sql(connection, selected), limit));
  return static_cast<std::size_t>(rows.at(0).integer("count"));
}

}  // namespace upkeep::patch
