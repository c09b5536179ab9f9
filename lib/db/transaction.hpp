// SPDX-License-Identifier: MIT
// Runs transactions, and retries those that failed only because of concurrent activity.
#pragma once

#include "db/connection.hpp"

#include <functional>
#include <utility>

namespace upkeep::db {

/// The answer to COMMIT was lost: the transaction happened completely or not at all.
class CommitLost : public Error {
 public:
  explicit CommitLost(const Error& error) : Error(error) {}
};

/// Runs `work`, a single statement that is its own transaction, and retries it after a pause as
/// transact() does. @throws db::Error(try_later) after the last attempt, and what `work` throws
void repeat(const std::function<void()>& work, int attempts = 12);

/// Runs `work` between BEGIN and COMMIT. If the server reports a deadlock, a lock wait timeout or a
/// failed certification, everything is rolled back and `work` runs again after a pause with jitter
/// (12 `attempts` take about 4 s), so `work` must have no effects outside the database. If the
/// connection limits its lock waits, a lock wait timeout is not retried.
/// @throws db::Error(try_later) after the last attempt, and what `work` throws, after a rollback;
/// CommitLost
void transact(Connection& connection, const std::function<void()>& work, int attempts = 12);

/// How a successful transaction ends.
enum class Ending { commit, roll_back };

/// Like transact(); with `roll_back` the changes are undone at the end: a dry run.
void transact(Connection& connection, const std::function<void()>& work, Ending ending,
              int attempts = 12);

/// The first transact(), returning what `work` returns.
template <typename T>
T transact_for(Connection& connection, const std::function<T()>& work) {
  std::optional<T> result;
  transact(connection, [&] { result = work(); });
  return std::move(*result);
}

/// Runs `look`, which only reads, on a consistent snapshot: it does not see concurrent commits.
/// @throws as transact()
void in_snapshot(Connection& connection, const std::function<void()>& look);

}  // namespace upkeep::db
