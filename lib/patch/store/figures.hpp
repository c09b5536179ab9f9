// SPDX-License-Identifier: MIT
// Figures of the registry, for monitoring. Only reads.
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct StateFigures {
  std::string lifecycle, state;  ///< empty: no lifecycle is attached
  std::int64_t patches = 0;
};

struct Figures {
  std::vector<StateFigures> states;  ///< of patches with a number, void ones left out
  std::int64_t open_requests = 0;
  std::optional<std::chrono::seconds> oldest_request;  ///< the age of the oldest open one
  std::int64_t pending_events = 0;                     ///< in the outbox
  std::int64_t dead_deliveries = 0;                    ///< abandoned after their last try
};

/// @param connection has selected the control schema. @throws db::Error
Figures read_figures(db::Connection& connection);

}  // namespace upkeep::patch
