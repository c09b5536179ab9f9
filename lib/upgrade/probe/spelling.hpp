// SPDX-License-Identifier: MIT
// Names as the queue, the history and the holds have them.
#pragma once

#include "upgrade/probe/inspector.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// `names` in their order, each as it was recorded: one that is not known as it is spelled may be
/// known as the server stores it, where that takes `Acme` and `acme` for one name. What is known
/// costs no look at the servers, and where none answers names stay as they are.
/// @param is_known whether something is recorded under exactly this name
std::vector<std::string> as_recorded(Inspector& inspector, const config::Config& config,
                                     std::vector<std::string> names,
                                     const std::function<bool(const std::string&)>& is_known);

}  // namespace upkeep::upgrade
