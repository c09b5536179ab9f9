// SPDX-License-Identifier: MIT
// Logged working time, as sums over many patches read it.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The time that one event logged.
struct TimeEntry {
  std::uint64_t patch = 0;
  std::string actor;
  std::string at;  ///< as SQL writes times: the day of the work, or when it was logged
  std::int64_t time_s = 0;

  /// `2014-03`: the month to which sums assign it.
  [[nodiscard]] std::string month() const { return at.substr(0, 7); }
};

/// The entries of these patches whose time counts (model/work_time.hpp), in no particular order.
/// @throws db::Error
std::vector<TimeEntry> time_entries(db::Connection& connection, std::vector<std::uint64_t> patches);

}  // namespace upkeep::patch
