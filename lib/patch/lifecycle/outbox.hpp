// SPDX-License-Identifier: MIT
// Notifies others of events. An event that some [notify.NAME] asks for is `pending` from the
// transaction that wrote it until it is delivered to, or abandoned for, each of them.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/delivery_lease.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/delivery_store.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch::lifecycle {

struct Undelivered {
  std::string patch, at, notify, detail;
  std::uint64_t event = 0;
  std::int64_t tries = 0;
};

struct DeliveryReport {
  std::size_t sent = 0;
  std::vector<Undelivered> failed;  ///< in this run; each is retried or dead
  std::size_t unwanted = 0;         ///< events that wait for a [notify] of another configuration
  bool busy = false;                ///< another deliverer is running: nothing was done
};

class Outbox {
 public:
  /// None of the arguments is owned.
  Outbox(db::Connection& connection, const config::Config& config, Registry& registry);

  /// Passes due events to their commands, in order per patch and notifier. Only one deliverer runs
  /// at a time on all nodes of a cluster; it also delivers events that arrive while it is running.
  /// Deliveries that a killed deliverer had sent but not recorded are sent again.
  /// @param revived first resets the tries of abandoned deliveries
  /// @throws Error(lock_lost) if it was inactive for so long that another one took over; db::Error
  DeliveryReport deliver(bool revived = false);
  /// The abandoned deliveries.
  std::vector<Undelivered> dead();
  /// Resets their tries without delivering anything: the next deliver() tries them again.
  /// @throws Error(try_later) while another deliverer is running; db::Error
  void revive_dead();
  /// How many deliveries a revival would retry: those to notifiers that are still configured.
  std::size_t revivable();
  /// How many events are waiting.
  std::int64_t waiting();

 private:
  struct Delivery;
  DeliveryReport deliver_all(bool revived);
  /// Only for the active deliverer: another one would remove what is revived.
  void revive();
  std::vector<std::uint64_t> unmet();
  void deliver_event(const Event& event, DeliveryLease& lease, DeliveryReport& report);
  [[nodiscard]] const config::Notify& entry(const std::string& notify) const;
  std::string attempt(const std::string& notify, const Event& event);
  void note_failure(const Delivery& delivery, const config::Notify& notify, const std::string& why,
                    DeliveryReport& report);
  [[nodiscard]] std::vector<std::string> wanting(
      const Event& event, const std::map<std::string, DeliveryRow>& known) const;
  std::string patch_name(std::uint64_t id);

  db::Connection& m_connection;
  DeliveryStore m_deliveries;
  const config::Config& m_config;
  Registry& m_registry;
  std::set<std::pair<std::string, std::uint64_t>> m_held;  // (notify, patch) with a waiting event
  std::set<std::uint64_t> m_met;                           // events: each is tried once per run
};

}  // namespace upkeep::patch::lifecycle
