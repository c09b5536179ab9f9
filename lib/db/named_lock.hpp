// SPDX-License-Identifier: MIT
// GET_LOCK and related functions, with 0 and NULL distinguished (MariaDB returns NULL with a mere
// warning if it took no lock; Connector/C++ reads NULL as 0).
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <string>

namespace upkeep::db {

/// A lock name that every server accepts: `prefix:what`, lower case, at most 64 bytes (hashed if
/// longer).
std::string lock_name(const std::string& prefix, const std::string& what);

/// Waits up to `timeout` (0: do not wait; never negative) for the lock.
/// @returns whether it is now held. @throws db::Error; upkeep::Error(unavailable) if the server
/// returns neither 0 nor 1: then nothing is locked and nothing may run.
bool get_lock(Connection& connection, const std::string& name, std::chrono::seconds timeout);

/// @returns whether the lock was held by this session. @throws db::Error
bool release_lock(Connection& connection, const std::string& name);

/// Whether this session holds the lock now. @throws db::Error
bool holds_lock(Connection& connection, const std::string& name);

/// Configures the session that waits for or holds a lock: the server ends it after `lease` without
/// a statement, and no statement limit ends a wait. @throws db::Error
void prepare_lock_session(Connection& connection, std::chrono::seconds lease);

}  // namespace upkeep::db
