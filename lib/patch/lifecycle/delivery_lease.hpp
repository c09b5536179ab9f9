// SPDX-License-Identifier: MIT
// The right to empty the outbox: one row, leased by the server's clock, so that even on a cluster
// only one process at a time delivers events. A named lock in addition shows immediately that a
// deliverer on the same node has ended; another node takes over when the lease expires, and so does
// another process of the same node if the deliverer is frozen.
#pragma once

#include "db/connection.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace upkeep::patch::lifecycle {

class DeliveryLease {
 public:
  /// @param connection not owned
  explicit DeliveryLease(db::Connection& connection);
  DeliveryLease(const DeliveryLease&) = delete;
  DeliveryLease& operator=(const DeliveryLease&) = delete;
  /// Releases what is held; a lost connection has already released it.
  ~DeliveryLease();

  /// @returns false if another deliverer has it. @throws db::Error
  bool take();
  /// Call it before a delivery that takes at most this long. @throws Error(lock_lost) if another
  /// deliverer has taken over; db::Error
  void keep(std::chrono::seconds longest);
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
  bool m_lock_is_busy = false;  // another session has the named lock
};

}  // namespace upkeep::patch::lifecycle
