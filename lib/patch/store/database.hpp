// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upkeep::patch {

/// A selector that no index supports reads every document; a server that is silent for longer is
/// considered dead.
inline constexpr std::chrono::seconds k_longest_silence{120};

/// Connects to the control database and selects its schema. @throws db::Error, with advice if it is
/// the private local one and is not running
/// @param patience a server that is silent for longer is considered dead
db::Connection connect(const config::Config& config,
                       std::chrono::seconds patience = k_longest_silence);

/// Notices a schema that has been upgraded since `control` was connected: from then on this process
/// does not write to one that does not admit it.
void respect_schema(db::Connection& control);

/// Why this program cannot serve this schema: it is older, or newer and does not admit it as a
/// writer; nullopt: it can.
std::optional<std::string> schema_objection(db::Connection& control);

}  // namespace upkeep::patch
