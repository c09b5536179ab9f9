// SPDX-License-Identifier: MIT
// Names as recorded in the queue, the history and the holds.
#pragma once

#include "upgrade/probe/inspector.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// `names` in their order, each spelled as recorded: a name that is not recorded in this spelling
/// may be recorded as the server stores it, if the server ignores case. Recorded names need no
/// query to the servers; if no server answers, names are unchanged.
/// @param is_known whether something is recorded under exactly this name
std::vector<std::string> as_recorded(Inspector& inspector, const config::Config& config,
                                     std::vector<std::string> names,
                                     const std::function<bool(const std::string&)>& is_known);

}  // namespace upkeep::upgrade
