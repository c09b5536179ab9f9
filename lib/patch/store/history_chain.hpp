// SPDX-License-Identifier: MIT
// The hash chain of a patch's history: each event's hash covers the printed contents of its history
// record and the hash of the event before it; `patch.history_hash` is that of the last one. Events
// from before the chains are one block, whose hash the first link continues.
#pragma once

#include "db/connection.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The hashed parts of an event, as stored in its columns; an absent text is empty.
struct EventText {
  std::string at;  ///< as SQL writes it
  std::string actor, via, action, changes, comment, inputs;
  std::optional<std::chrono::seconds> time;
  std::optional<std::string> worked_on;
  std::optional<std::uint64_t> revokes;
};

/// The start of the chain of a patch without earlier events. A request keeps it when it becomes a
/// patch.
std::string chain_start(const std::optional<std::uint32_t>& queue,
                        const std::optional<PatchRef>& ref);

/// The hash of the event that follows `previous`: 64 hexadecimal digits.
std::string chained(const std::string& previous, const EventText& event);

/// `SELECT patch, block`: the hash over the events without a hash, of each patch that has some.
/// @param condition a further condition on the events `e`, starting with AND; or empty
std::string earlier_events_sql(const std::string& condition);

/// A position where a history was altered.
struct Break {
  std::uint64_t patch = 0;             ///< its row's id; the name may be lost with the row
  std::optional<std::uint64_t> event;  ///< none: the end of the history, or all of it
  std::string problem;                 ///< `changed`, `unchained`, `earlier`, `cut`, `no-patch`
  std::string detail;
};

/// Walks through the histories of these patches and calls `found` for each break.
/// @returns how many events were checked. @throws db::Error
std::uint64_t verify_histories(db::Connection& connection, const std::vector<std::uint64_t>& ids,
                               const std::function<void(const Break&)>& found);

/// Events whose patch does not exist. @throws db::Error
void find_orphans(db::Connection& connection, const std::function<void(const Break&)>& found);

}  // namespace upkeep::patch
