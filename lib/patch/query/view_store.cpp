// SPDX-License-Identifier: MIT
#include "patch/query/view_store.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/query/query_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_longest_name = 100, k_longest_query = 10'000;

void check_name(const std::string& name) {
  if (!is_utf8(name) || trim_blanks(name).empty()) {
    throw DataError("a view needs a name", "like 'waiting for QA'");
  }
  if (printable(name) != name || trim_blanks(name) != name) {
    throw DataError(fmt::format("'{}': not the name of a view", printable(name)),
                    "one line of text without blanks around it");
  }
  const auto continues = [](unsigned char c) { return (c & 0xC0U) == 0x80U; };
  const auto bytes = name.size();
  const auto inner = static_cast<std::size_t>(std::count_if(name.begin(), name.end(), continues));
  if (bytes - inner > k_longest_name) {
    throw DataError(fmt::format("the name of a view has {} characters", bytes - inner),
                    fmt::format("at most {} are allowed", k_longest_name));
  }
}

}  // namespace

std::vector<SavedView> ViewStore::of(const std::string& person) {
  const db::Rows rows = m_connection.query(
      "SELECT owner, name, q, shared FROM view WHERE owner = ? OR shared = 1"
      " ORDER BY owner <> ?, name, owner",
      {person, person});
  std::vector<SavedView> views;
  views.reserve(rows.size());
  for (const db::Row& row : rows) {
    views.push_back({.owner = row.text("owner"),
                     .name = row.text("name"),
                     .query = row.text("q"),
                     .is_shared = row.integer("shared") != 0});
  }
  return views;
}

void ViewStore::put(const SavedView& view, const SelectorContext& context) {
  check_name(view.name);
  if (view.query.size() > k_longest_query || !is_utf8(view.query)) {
    throw DataError("the selector of a view is too long, or not valid UTF-8",
                    fmt::format("at most {} bytes are allowed", k_longest_query));
  }
  (void)selector_sql(parse_selector(query_words(view.query)), context);
  m_connection.execute(
      "INSERT INTO view (owner, name, q, shared) VALUES (?, ?, ?, ?)"
      " ON DUPLICATE KEY UPDATE q = VALUES(q), shared = VALUES(shared)",
      {view.owner, view.name, view.query, view.is_shared ? 1 : 0});
}

bool ViewStore::remove(const std::string& owner, const std::string& name) {
  return m_connection.execute("DELETE FROM view WHERE owner = ? AND name = ?", {owner, name}) > 0;
}

}  // namespace upkeep::patch
