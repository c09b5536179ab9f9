// SPDX-License-Identifier: MIT
// The only writer of the tables `delivery` (deliveries that did not succeed at once) and
// `deliverer` (the process that empties the outbox).
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace upkeep::patch {

enum class DeliveryState {
  waiting,  ///< for its next try
  sent,     ///< while another notifier is still waiting
  dead      ///< after the last try
};

/// The delivery of one event to one notifier.
struct DeliveryRow {
  DeliveryState state = DeliveryState::waiting;
  std::int64_t tries = 0;
  bool later = false;  ///< it is too early for the next try
};

/// The row of the outbox's deliverer, locked.
struct DelivererRow {
  std::int64_t epoch = 0;
  std::optional<std::string> node;  ///< the holder of the lease
  bool leased = false;              ///< the lease has not expired
};

class DeliveryStore {
 public:
  /// @param connection not owned
  explicit DeliveryStore(db::Connection& connection) : m_connection(connection) {}

  /// By notifier. @throws db::Error
  std::map<std::string, DeliveryRow> of_event(std::uint64_t event);
  /// @throws db::Error
  void note_sent(std::uint64_t event, const std::string& notify, std::int64_t tries);
  /// @param pause until the next try. @throws db::Error
  void note_failed(std::uint64_t event, const std::string& notify, std::int64_t tries,
                   DeliveryState state, std::chrono::seconds pause, const std::string& why);
  /// Forgets the sent deliveries of an event. @throws db::Error
  void forget_sent(std::uint64_t event);
  /// Resets the tries of dead deliveries. @throws db::Error
  void revive();

  /// The deliverer's row, locked until the transaction ends; created if it does not exist.
  /// @throws db::Error
  DelivererRow locked_deliverer();
  /// Leases the outbox to `node` from now on. @throws db::Error
  void lease(std::int64_t epoch, const std::string& node, std::chrono::seconds length);
  /// Call it within a transaction. @returns false if another node has the lease. @throws db::Error
  bool extend_lease(std::int64_t epoch, std::chrono::seconds length);
  /// @throws db::Error
  void end_lease(std::int64_t epoch);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
