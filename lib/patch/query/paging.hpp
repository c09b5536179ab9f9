// SPDX-License-Identifier: MIT
// A selection page by page. A page begins behind the last row of the one before, so that nothing is
// shown twice or missed when patches are added in between.
#pragma once

#include "patch/query/selector.hpp"
#include "patch/store/store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct SelectedPage {
  std::vector<Patch> patches;
  std::string next;  ///< the cursor of the next page; empty: there is none
};

/// At most `size` of the selected patches, in order, behind those of earlier pages.
/// @param cursor of an earlier page of the same selection; empty: the first page
/// @param bound a text that identifies the selection: a cursor belongs to one
/// @throws UsageError for a cursor that is malformed or of another selection
SelectedPage page_of(db::Connection& connection, const SelectorSql& selected,
                     const std::string& cursor, std::size_t size, const std::string& bound);

/// How many patches are selected, counting no further than `most`.
std::size_t count_of(db::Connection& connection, const SelectorSql& selected, std::size_t most);

}  // namespace upkeep::patch
