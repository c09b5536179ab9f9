// SPDX-License-Identifier: MIT
// Writes the tables `delivery` (what did not reach its notifier at once) and `deliverer` (who
// empties the outbox); nobody else does.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace upkeep::patch {

enum class DeliveryState {
  waiting,  ///< for its next try
  sent,     ///< while another notifier still waits
  dead      ///< after the last try
};

/// What is known of one event and one notifier.
struct DeliveryRow {
  DeliveryState state = DeliveryState::waiting;
  std::int64_t tries = 0;
  bool later = false;  ///< it is not time for the next try yet
};

/// The row of the outbox's deliverer, locked.
struct DelivererRow {
  std::int64_t epoch = 0;
  std::optional<std::string> node;  ///< who has the lease
  bool leased = false;              ///< and it has not run out
};

class DeliveryStore {
 public:
  /// @param connection stays the caller's
  explicit DeliveryStore(db::Connection& connection) : m_connection(connection) {}

  /// By notifier. @throws db::Error
  std::map<std::string, DeliveryRow> of_event(std::uint64_t event);
  /// @throws db::Error
  void note_sent(std::uint64_t event, const std::string& notify, std::int64_t tries);
  /// @param pause_s until the next try. @throws db::Error
  void note_failed(std::uint64_t event, const std::string& notify, std::int64_t tries,
                   DeliveryState state, std::int64_t pause_s, const std::string& why);
  /// Forgets what was sent of an event. @throws db::Error
  void forget_sent(std::uint64_t event);
  /// Gives what is dead all of its tries again. @throws db::Error
  void revive();

  /// The deliverer's row, locked until the transaction ends; it is made where there is none.
  /// @throws db::Error
  DelivererRow locked_deliverer();
  /// Leases the outbox to `node` from now on. @throws db::Error
  void lease(std::int64_t epoch, const std::string& node, std::int64_t seconds);
  /// To be called in a transaction. @returns false where another one has it. @throws db::Error
  bool extend_lease(std::int64_t epoch, std::int64_t seconds);
  /// @throws db::Error
  void end_lease(std::int64_t epoch);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
