// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <chrono>

namespace upkeep::patch {

/// A selector that no index supports reads every document; a server that is silent for longer is
/// considered dead.
inline constexpr std::chrono::seconds k_longest_silence{120};

/// Connects to the control database and selects its schema. @throws db::Error, with advice if it is
/// the private local one and is not running
/// @param patience a server that is silent for longer is considered dead
db::Connection connect(const config::Config& config,
                       std::chrono::seconds patience = k_longest_silence);

}  // namespace upkeep::patch
