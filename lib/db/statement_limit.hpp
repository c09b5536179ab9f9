// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <optional>

namespace upkeep::db {

/// Limits how long each later statement of this session may run (in MySQL: each SELECT). The server
/// ends one that takes longer with an error for which Error::out_of_time() is true. nullopt
/// restores the server's default. A server without such a limit is left unchanged. @throws Error
void limit_statements(Connection& connection, std::optional<std::chrono::milliseconds> limit);

}  // namespace upkeep::db
