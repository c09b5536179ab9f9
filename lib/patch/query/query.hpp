// SPDX-License-Identifier: MIT
// Running a selector.
#pragma once

#include "patch/query/selector.hpp"
#include "patch/store/store.hpp"

#include <functional>
#include <vector>

namespace upkeep::patch {

/// The ids of the selected patches, in order.
std::vector<std::uint64_t> select_ids(db::Connection& connection, const SelectorSql& selected);

/// Those of `ids` that are still selected, in the order of `ids`.
std::vector<Patch> still_selected(db::Connection& connection, const SelectorSql& selected,
                                  const std::vector<std::uint64_t>& ids);

/// Calls `take` with every selected patch, in order, without keeping more than a few hundred in
/// memory.
void for_each_patch(db::Connection& connection, const SelectorSql& selected,
                    const std::function<void(Patch)>& take);

/// `ids` in pages of at most `size`, few enough for one statement.
void for_each_page(const std::vector<std::uint64_t>& ids,
                   const std::function<void(const std::vector<std::uint64_t>&)>& take,
                   std::size_t size = 500);

/// Restricts a selection of requests to those that the queue lists: the open ones, unless `all` of
/// them or those of a certain state are asked for.
void keep_listed_requests(SelectorSql& selected, const Selector& selector, bool all);

/// All of them at once.
std::vector<Patch> select_patches(db::Connection& connection, const SelectorSql& selected);

}  // namespace upkeep::patch
