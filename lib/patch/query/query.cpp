// SPDX-License-Identifier: MIT
#include "patch/query/query.hpp"

#include "patch/query/term_index.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_page = 500;

std::string statement(const std::string& columns, const SelectorSql& selected,
                      const std::string& narrowed) {
  std::string sql = fmt::format("SELECT {} FROM patch p WHERE {}{} ORDER BY {}", columns,
                                selected.where(), narrowed, selected.order_sql());
  if (selected.limit) sql += fmt::format(" LIMIT {}", *selected.limit);
  return sql;
}

}  // namespace

std::vector<std::uint64_t> select_ids(db::Connection& connection, const SelectorSql& selected) {
  const std::string narrowed = narrowing_sql(connection, selected);
  std::vector<std::uint64_t> ids;
  for (const db::Row& row : connection.query(statement("p.id", selected, narrowed))) {
    ids.push_back(static_cast<std::uint64_t>(row.integer("id")));
  }
  return ids;
}

std::vector<Patch> still_selected(db::Connection& connection, const SelectorSql& selected,
                                  const std::vector<std::uint64_t>& ids) {
  std::unordered_map<std::uint64_t, Patch> found;
  // Checked again: the data may have changed since the ids were read. By id: servers take the rows
  // that are not void for few, and would search all of those for each page.
  const char* by_id = connection.reads_views() ? "" : " FORCE INDEX (PRIMARY)";  // views have none
  for (const db::Row& row :
       connection.query(fmt::format("SELECT {} FROM patch p{} WHERE p.id IN ({}) AND {}",
                                    patch_columns(), by_id, id_list(ids), selected.where()))) {
    Patch patch = patch_of(row);
    found.emplace(patch.id, std::move(patch));
  }
  std::vector<Patch> patches;
  patches.reserve(found.size());
  for (const std::uint64_t id : ids) {
    if (const auto one = found.find(id); one != found.end()) {
      patches.push_back(std::move(one->second));
    }
  }
  return patches;
}

void for_each_page(const std::vector<std::uint64_t>& ids,
                   const std::function<void(const std::vector<std::uint64_t>&)>& take,
                   std::size_t size) {
  for (std::size_t start = 0; start < ids.size(); start += size) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(start);
    take({begin, begin + static_cast<std::ptrdiff_t>(std::min(size, ids.size() - start))});
  }
}

void for_each_patch(db::Connection& connection, const SelectorSql& selected,
                    const std::function<void(Patch)>& take) {
  if (selected.limit && *selected.limit <= k_page) {
    const std::string narrowed = narrowing_sql(connection, selected);
    const std::string sql = statement(std::string(patch_columns()), selected, narrowed);
    for (const db::Row& row : connection.query(sql)) take(patch_of(row));
    return;
  }
  for_each_page(select_ids(connection, selected), [&](const std::vector<std::uint64_t>& page) {
    for (Patch& patch : still_selected(connection, selected, page)) take(std::move(patch));
  });
}

std::vector<Patch> select_patches(db::Connection& connection, const SelectorSql& selected) {
  std::vector<Patch> patches;
  for_each_patch(connection, selected, [&](Patch patch) { patches.push_back(std::move(patch)); });
  return patches;
}

void keep_listed_requests(SelectorSql& selected, const Selector& selector, bool all) {
  const bool names_states = std::any_of(selector.terms.begin(), selector.terms.end(),
                                        [](const Term& one) { return one.key == "state"; });
  if (!all && !names_states) selected.conditions.push_back({"p.queue_state = 'open'", {}});
}

}  // namespace upkeep::patch
