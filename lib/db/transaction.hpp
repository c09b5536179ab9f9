// SPDX-License-Identifier: MIT
// The one transaction helper: begin, work, commit, and the same again where the server says that
// only the moment was wrong.
#pragma once

#include "db/connection.hpp"

#include <functional>
#include <utility>

namespace upkeep::db {

/// Runs `work`, one statement that is a separate transaction, and runs it again after a pause as
/// transact() does. @throws db::Error(try_later) after the last attempt; whatever `work` throws
void repeat(const std::function<void()>& work, int attempts = 12);

/// Runs `work` between BEGIN and COMMIT. When the server reports a deadlock, a lock wait or a
/// failed certification, everything is rolled back and `work` runs again after a pause with jitter
/// (12 `attempts` take about 4 s): `work` must have no effect outside of the database.
/// @throws db::Error(try_later) after the last attempt; whatever `work` throws, after a rollback
void transact(Connection& connection, const std::function<void()>& work, int attempts = 12);

/// How a transaction ends that nothing stops.
enum class Ending { commit, roll_back };

/// The same; with `roll_back` what `work` did is undone in the end: a dry run.
void transact(Connection& connection, const std::function<void()>& work, Ending ending,
              int attempts = 12);

/// The first one, returning what `work` returns.
template <typename T>
T transact_for(Connection& connection, const std::function<T()>& work) {
  std::optional<T> result;
  transact(connection, [&] { result = work(); });
  return std::move(*result);
}

/// Runs `look`, which only reads, over one moment of the database: what others commit meanwhile is
/// not seen. @throws as transact()
void in_snapshot(Connection& connection, const std::function<void()>& look);

}  // namespace upkeep::db
