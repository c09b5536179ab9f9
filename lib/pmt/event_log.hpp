// SPDX-License-Identifier: MIT
#pragma once

#include "pmt/actor.hpp"
#include "pmt/patch.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::pmt {

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

/// Writes the one row of an event, to be called in the transaction of what happened. It is also
/// what waits to be told, where a [notify.NAME] asks for its action. @returns its id. @throws
/// db::Error
std::uint64_t write_event(db::Connection& connection, const config::Patch& config,
                          const Actor& actor, const NewEvent& event);

}  // namespace upkeep::pmt
