// SPDX-License-Identifier: MIT
// Telling others what happened. An event that some [notify.NAME] asks for is `pending` from the
// transaction that wrote it on, until each of them has it or has given up.
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
  std::vector<Undelivered> failed;  ///< now; each is tried again or dead
  bool busy = false;                ///< another deliverer is at work: nothing was done
};

class Outbox {
 public:
  /// All stay the caller's.
  Outbox(db::Connection& connection, const config::Config& config, Registry& registry);

  /// Hands what is due to its commands, in order for each patch and notifier. One deliverer at a
  /// time, on all nodes of a cluster, and what comes while it is at work is its, too; what one that
  /// was killed had sent and not noted is sent again.
  /// @param revived gives what was given up all of its tries again, first.
  /// @throws Error(lock_lost) where it was away for so long that another one took over; db::Error
  DeliveryReport deliver(bool revived = false);
  /// What was given up.
  std::vector<Undelivered> dead();
  /// How many deliveries a revival would try again: to whom is still configured.
  std::size_t revivable();
  /// How many events wait.
  std::int64_t waiting();

 private:
  struct Delivery;
  /// To be called by the one deliverer: another one would clear away what is revived.
  void revive();
  std::vector<std::uint64_t> unmet();
  void deliver_event(const Event& event, DeliveryLease& lease, DeliveryReport& report);
  std::string attempt(const std::string& notify, const Event& event);
  void note_failure(const Delivery& delivery, const config::Notify& notify, const std::string& why,
                    DeliveryReport& report);
  [[nodiscard]] std::vector<std::string> wanting(const Event& event) const;
  std::string patch_name(std::uint64_t id);

  db::Connection& m_connection;
  DeliveryStore m_deliveries;
  const config::Config& m_config;
  Registry& m_registry;
  std::set<std::pair<std::string, std::uint64_t>> m_held;  // (notify, patch): an earlier one waits
  std::set<std::uint64_t> m_met;                           // events: one run tries each once
};

}  // namespace upkeep::patch::lifecycle
