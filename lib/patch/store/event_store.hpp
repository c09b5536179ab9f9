// SPDX-License-Identifier: MIT
#pragma once

#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/history_chain.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// What is about to be recorded.
struct NewEvent {
  std::optional<std::uint64_t> patch;  ///< none: the row that this session has just inserted
  std::string at;                      ///< as SQL writes it
  std::string action;
  std::vector<Change> changes;
  std::string comment;
  std::optional<std::int64_t> time_s;
  std::string inputs;                         ///< JSON; empty: none
  std::optional<std::string> worked_on = {};  ///< YYYY-MM-DD
  std::optional<std::uint64_t> revokes = {};  ///< the event whose time counts no more
};

/// The hash of an event, the next one of its patch.
/// @param previous the `history_hash` of the patch's row, locked; chain_start() for a new row
std::string hash_of(const Actor& actor, const NewEvent& event, const std::string& previous);

/// Writes the one row of an event, to be called in the transaction of what happened. It is also
/// what waits to be told, where a [notify.NAME] asks for its action. The caller sets the patch's
/// `history_hash` to the same hash in that transaction. @returns its id. @throws db::Error
std::uint64_t write_event(db::Connection& connection, const config::Patch& config,
                          const Actor& actor, const NewEvent& event, const std::string& hash);

/// write_event() for who has nothing else to write to the patch's row: sets its `history_hash` too,
/// in the row and in `patch`. @returns the event's id. @throws db::Error
std::uint64_t append_event(db::Connection& connection, const config::Patch& config,
                           const Actor& actor, Patch& patch, NewEvent event);

/// What the next event of a patch continues. @pre the patch's row is locked
std::string chain_end(const Patch& patch);

}  // namespace upkeep::patch
