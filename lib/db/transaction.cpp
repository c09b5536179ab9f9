// SPDX-License-Identifier: MIT
#include "db/transaction.hpp"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace upkeep::db {

namespace {

void pause_with_jitter(int attempt) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const int most_ms = std::min(5 << attempt, 800);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(std::uniform_int_distribution<int>(1, most_ms)(random)));
}

void roll_back(Connection& connection) noexcept {
  try {
    connection.execute("ROLLBACK");
  } catch (...) {  // NOLINT(bugprone-empty-catch): the session and its transaction are gone
  }
}

/// @throws CommitLost if it may have succeeded although there is no answer, and Error
void commit(Connection& connection) {
  try {
    connection.execute("COMMIT");
  } catch (const Error& error) {
    const bool unknown = error.connection_lost() || error.out_of_time();
    if (unknown && !error.retryable()) throw CommitLost(error);
    throw;
  }
}

/// @param waits whether work that has waited for a lock until its time was over is repeated
void repeat(const std::function<void()>& work, int attempts, bool waits) {
  for (int attempt = 1;; ++attempt) {
    try {
      work();
      return;
    } catch (const Error& error) {
      const bool repeated = error.retryable() && (waits || !error.lock_wait_ended());
      if (!repeated || attempt == attempts) throw;
    }
    pause_with_jitter(attempt);
  }
}

}  // namespace

void repeat(const std::function<void()>& work, int attempts) {
  repeat(work, attempts, true);
}

void transact(Connection& connection, const std::function<void()>& work, Ending ending,
              int attempts) {
  const auto transaction = [&] {
    try {
      connection.execute("START TRANSACTION");
      work();
      if (ending == Ending::commit) {
        commit(connection);
      } else {
        roll_back(connection);
      }
    } catch (...) {
      roll_back(connection);
      throw;
    }
  };
  repeat(transaction, attempts, !connection.limits_lock_waits());
}

void transact(Connection& connection, const std::function<void()>& work, int attempts) {
  transact(connection, work, Ending::commit, attempts);
}

void in_snapshot(Connection& connection, const std::function<void()>& look) {
  // Applies to the next transaction only, regardless of the server's own level.
  connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
  transact(connection, look);
}

}  // namespace upkeep::db
