// SPDX-License-Identifier: MIT
#include "patch/lifecycle/listed_records.hpp"

#include "patch/lifecycle/records.hpp"

namespace upkeep::patch::lifecycle {

std::vector<Record> blocker_records(const std::string& patch,
                                    const std::vector<BlockedEvent>& blockers, WallTime now) {
  std::vector<Record> records;
  if (blockers.empty()) return records;
  // A patch's blockers all have the same start.
  const std::string& since = blockers.front().since;
  const Value waited = since.empty() ? Value() : Value(time_since(since, now));
  records.reserve(blockers.size());
  for (const BlockedEvent& one : blockers) {
    records.push_back(blocker_record(patch, one.reason, waited));
  }
  return records;
}

const std::vector<std::string>& listed_columns() {
  static const std::vector<std::string> k_columns{"lifecycle", "version", "states", "patches",
                                                  "loaded_at"};
  return k_columns;
}

Record listed_record(const Listed& listed) {
  return {listed.name, listed.version, listed.states, listed.patches, listed.loaded_at};
}

}  // namespace upkeep::patch::lifecycle
