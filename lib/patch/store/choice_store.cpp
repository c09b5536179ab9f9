// SPDX-License-Identifier: MIT
#include "patch/store/choice_store.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_at_once = 500;

void check_value(const std::string& value) {
  constexpr std::size_t k_longest = 190;
  if (!is_utf8(value)) throw DataError("a choice is not valid UTF-8");
  if (display_width(value) > k_longest) {
    throw DataError(
        fmt::format("'{}': longer than {} characters", ellipsized(value, 40), k_longest));
  }
}

}  // namespace

const std::vector<std::string>& known_choice_lists() {
  static const std::vector<std::string> k_lists{"categories", "clients", "people", "products",
                                                "versions"};
  return k_lists;
}

void check_choice_list(const std::string& list) {
  static const Regex name("[a-z][a-z0-9-]{0,30}");
  if (name.matches(list)) return;
  throw DataError(
      fmt::format("'{}' is not a valid name of a pick list", printable(list)),
      did_you_mean(list, known_choice_lists(), "use lower-case letters, digits and hyphens"));
}

std::vector<std::string> choices(db::Connection& connection, const std::string& list) {
  std::vector<std::string> values;
  for (auto& [name, value] : all_choices(connection, list)) values.push_back(std::move(value));
  return values;
}

std::vector<std::pair<std::string, std::string>> all_choices(db::Connection& connection,
                                                             const std::string& list) {
  const db::Rows rows =
      list.empty() ? connection.query("SELECT list, value FROM choice ORDER BY list, value")
                   : connection.query(
                         "SELECT list, value FROM choice WHERE list = ? ORDER BY value", {list});
  std::vector<std::pair<std::string, std::string>> found;
  found.reserve(rows.size());
  for (const db::Row& row : rows) found.emplace_back(row.text("list"), row.text("value"));
  return found;
}

std::size_t add_choices(db::Connection& connection, const std::string& list,
                        const std::vector<std::string>& values) {
  std::vector<db::Param> params;
  for (const std::string& value : values) {
    const std::string word(trim(value));
    check_value(word);
    if (word.empty()) continue;
    params.emplace_back(list);
    params.emplace_back(word);
  }
  std::size_t added = 0;
  db::transact(connection, [&] {
    added = 0;
    for (std::size_t start = 0; start < params.size(); start += 2 * k_at_once) {
      const std::size_t end = std::min(params.size(), start + 2 * k_at_once);
      std::string sql = "INSERT IGNORE INTO choice VALUES (?, ?)";
      for (std::size_t i = start + 2; i < end; i += 2) sql += ", (?, ?)";
      added += connection.execute(sql, {params.begin() + static_cast<std::ptrdiff_t>(start),
                                        params.begin() + static_cast<std::ptrdiff_t>(end)});
    }
  });
  return added;
}

std::vector<std::string> remove_choices(db::Connection& connection, const std::string& list,
                                        const std::vector<std::string>& values, db::Ending ending) {
  std::vector<std::string> missing;
  const auto work = [&] {
    missing.clear();
    for (const std::string& value : values) {
      std::string word(trim(value));
      const bool there =
          !connection
               .query("SELECT value FROM choice WHERE list = ? AND value = ? FOR UPDATE",
                      {list, word})
               .empty();
      if (!there) missing.push_back(std::move(word));
    }
    if (!missing.empty()) return;
    for (const std::string& value : values) {
      connection.execute("DELETE FROM choice WHERE list = ? AND value = ?",
                         {list, std::string(trim(value))});
    }
  };
  db::transact(connection, work, ending);
  return missing;
}

std::vector<std::pair<std::string, std::string>> choice_aliases(db::Connection& connection,
                                                                const std::string& list) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const db::Row& row : connection.query(
           "SELECT alias, value FROM choice_alias WHERE list = ? ORDER BY alias", {list})) {
    found.emplace_back(row.text("alias"), row.text("value"));
  }
  return found;
}

std::optional<std::string> alias_of(db::Connection& connection, const std::string& list,
                                    const std::string& value) {
  const db::Rows rows = connection.query(
      "SELECT value FROM choice_alias WHERE list = ? AND alias = ?", {list, value});
  if (rows.empty()) return std::nullopt;
  return rows[0].text("value");
}

bool set_alias(db::Connection& connection, const std::string& list, const std::string& alias,
               const std::string& value) {
  check_value(alias);
  check_value(value);
  return db::transact_for<bool>(connection, [&] {
    if (value.empty()) {
      return connection.execute("DELETE FROM choice_alias WHERE list = ? AND alias = ?",
                                {list, alias}) > 0;
    }
    std::optional<std::string> next = value;
    constexpr int k_most_steps = 8;
    for (int step = 0; next; ++step) {
      if (same_ignoring_case(*next, alias) || step == k_most_steps) {
        throw DataError(fmt::format("'{}' would be an alias of itself", printable(alias)));
      }
      next = alias_of(connection, list, *next);
    }
    const auto before = alias_of(connection, list, alias);
    if (before == value) return false;
    connection.execute(
        "INSERT INTO choice_alias (list, alias, value) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE value = VALUES(value)",
        {list, alias, value});
    return true;
  });
}

}  // namespace upkeep::patch
