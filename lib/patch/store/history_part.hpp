// SPDX-License-Identifier: MIT
// Parts of histories, for pages.
#pragma once

#include "db/connection.hpp"
#include "patch/model/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace upkeep::patch {

struct HistoryPart {
  std::vector<Event> events{};        ///< newest first
  std::set<std::uint64_t> revoked{};  ///< those of them whose time no longer counts
  bool more = false;                  ///< whether there are earlier ones
};

/// The newest `limit` events of a patch before the event `before`; 0: the newest ones.
HistoryPart history_part(db::Connection& connection, std::uint64_t patch, std::uint64_t before,
                         std::size_t limit);
/// One event; none if it is not of this patch.
HistoryPart history_event(db::Connection& connection, std::uint64_t patch, std::uint64_t event);

/// The patch whose event this is.
std::optional<std::uint64_t> patch_of_event(db::Connection& connection, std::uint64_t event);

}  // namespace upkeep::patch
