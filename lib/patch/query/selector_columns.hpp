// SPDX-License-Identifier: MIT
// The keys of a selector that are columns of `patch p`, and the order of the queue.
#pragma once

#include "patch/query/selector.hpp"

#include <optional>
#include <string>

namespace upkeep::patch {

/// A key that is compared with a column.
struct KeyColumn {
  std::string sql;
  bool is_time = false;
  std::string indexed = {};  ///< the same value in a column that has an index; empty: `sql` itself
};

/// nullopt if `key` is not such a key: it may be a field, a link or a number.
std::optional<KeyColumn> column_of(const std::string& key, Rows rows);

/// Requests by priority, then by age. Priorities are numbers as a rule; other values come after
/// them, and missing ones last.
std::vector<OrderKey> queue_order();

}  // namespace upkeep::patch
