// SPDX-License-Identifier: MIT
// GET_LOCK and its kin, with the answers kept apart (MariaDB answers NULL, with a mere warning,
// where it took no lock; Connector/C++ reads NULL as 0).
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <string>

namespace upkeep::db {

/// A lock name that every server takes: `prefix:what`, lower case, at most 64 bytes (hashed where
/// longer).
std::string lock_name(const std::string& prefix, const std::string& what);

/// Waits up to `timeout` (0: not at all; never negative) for the lock.
/// @returns whether it is held now. @throws db::Error; upkeep::Error(unavailable) where the server
/// answers
///   neither 0 nor 1: then nothing is locked and nothing may run.
bool get_lock(Connection& connection, const std::string& name, std::chrono::seconds timeout);

/// @returns whether the lock was held by this session. @throws db::Error
bool release_lock(Connection& connection, const std::string& name);

/// Whether this very session holds the lock now. @throws db::Error
bool holds_lock(Connection& connection, const std::string& name);

/// For the one session that holds or awaits a lock: the server releases it `lease` after its
/// last word, and no statement limit ends a wait. @throws db::Error
void prepare_lock_session(Connection& connection, std::chrono::seconds lease);

}  // namespace upkeep::db
