// SPDX-License-Identifier: MIT
// The right to empty the outbox: one row, leased by the server's clock, so that on a cluster, too,
// one process at a time hands events over. A named lock beside it shows at once when a deliverer on
// the same node has ended; another node takes over when the lease has run out.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <string>

namespace upkeep::patch::lifecycle {

class DeliveryLease {
 public:
  /// @param connection stays the caller's
  explicit DeliveryLease(db::Connection& connection);
  DeliveryLease(const DeliveryLease&) = delete;
  DeliveryLease& operator=(const DeliveryLease&) = delete;
  /// Gives up what is held; a connection that is gone has given it up.
  ~DeliveryLease();

  /// @returns false where another deliverer has it. @throws db::Error
  bool take();
  /// Before something is handed over that takes at most `seconds`. @throws Error(lock_lost) where
  /// another deliverer has taken over; db::Error
  void keep(std::int64_t seconds);
  /// @throws db::Error
  void give_up();

 private:
  [[nodiscard]] std::string this_node();
  bool take_row();
  void release_local_lock();

  db::Connection& m_connection;
  std::string m_lock;  // the named lock
  std::string m_node;
  std::int64_t m_epoch = 0;
  bool m_held = false, m_locked = false;
};

}  // namespace upkeep::patch::lifecycle
