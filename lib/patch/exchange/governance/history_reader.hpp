// SPDX-License-Identifier: MIT
// The history of a lifecycle, as a governance registry writes it, as events.
#pragma once

#include "patch/exchange/governance/losses.hpp"
#include "patch/model/event.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// How the words of a history are translated.
struct HistoryWords {
  std::string lifecycle;  ///< its name here
  std::string original;   ///< its name in the registry: items of others are lost
  std::string zone;       ///< of its times; empty: UTC
  std::function<std::string(const std::string&)> state, person;
};

/// The events of a history (`lifecycleHistory`), oldest first, without hashes and `via`.
/// @param patch its name, for `losses`. @param what names the history in messages
/// @throws DataError if it is not such a history
std::vector<Event> read_history(const std::string& xml, const std::string& what,
                                const HistoryWords& words, const std::string& patch,
                                Losses& losses);

}  // namespace upkeep::patch
