// SPDX-License-Identifier: MIT
#include "patch/query/selector_columns.hpp"

#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <map>

namespace upkeep::patch {

std::optional<KeyColumn> column_of(const std::string& key, Rows rows) {
  static const std::map<std::string, KeyColumn> k_patches{
      {"created", {"p.created_at", true}},
      {"released", {"p.released_at", true}},
      {"state", {"p.state"}},
      {"lifecycle", {"p.lifecycle"}},
      {"category", {"p.category"}},
      {"created_by", {"p.created_by", false, "p.creator"}},
      {"requested_by", {"p.requested_by", false, "p.requester"}},
  };
  // A request has its platform and its category only as fields, and its state is the queue's.
  static const std::map<std::string, KeyColumn> k_requests{
      {"created", {"p.requested_at", true}},
      {"released", {"p.released_at", true}},
      {"state", {"CONVERT(p.queue_state USING utf8mb4)"}},
      {"lifecycle", {"p.lifecycle"}},
      {"created_by", {"p.requested_by", false, "p.requester"}},
      {"requested_by", {"p.requested_by", false, "p.requester"}},
  };
  const auto& columns = rows == Rows::requests ? k_requests : k_patches;
  const auto found = columns.find(key);
  return found == columns.end() ? std::nullopt : std::optional(found->second);
}

std::vector<OrderKey> queue_order() {
  const std::string start = fmt::format("CONCAT(CHAR(10), '{}=')", k_priority_key);
  const std::string missing = fmt::format("LOCATE({}, p.fields) = 0", start);
  const std::string priority = fmt::format(
      "IF({0}, '', SUBSTRING_INDEX(SUBSTRING(p.fields, LOCATE({1}, p.fields) + {2}), CHAR(10), 1))",
      missing, start, std::string_view(k_priority_key).size() + 2);
  return {{missing},
          {priority + " NOT REGEXP '^[0-9]+$'"},
          {fmt::format("CAST({} AS UNSIGNED)", priority)},
          {priority},
          {"p.requested_at"}};
}

}  // namespace upkeep::patch
