// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <optional>

namespace upkeep::db {

/// Bounds how long each later statement of this session may run (MySQL: each SELECT); the server
/// ends it with an error for which Error::out_of_time() is true. nullopt: the server's default
/// again. A server without such a limit is left as it is. @throws Error
void limit_statements(Connection& connection, std::optional<std::chrono::milliseconds> limit);

}  // namespace upkeep::db
