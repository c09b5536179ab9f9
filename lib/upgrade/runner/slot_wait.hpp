// SPDX-License-Identifier: MIT
// How a slot is waited for on one session: first a turn, then a slot, then what is in the way of a
// free one.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/lock_session.hpp"
#include "upgrade/runner/stop_flag.hpp"
#include "upgrade/runner/taken.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class SlotWait {
 public:
  /// Keeps references to all. @param in_doubt what was being taken when a session was cut; the
  /// session after it finds out
  SlotWait(const config::Config& config, const HostState& host, StopFlag& stop,
           LockSession& session, std::optional<Taken>& in_doubt)
      : m_config(config), m_host(host), m_stop(stop), m_session(session), m_in_doubt(in_doubt) {}

  /// Waits for a turn (in GET_LOCK, first come first served), then for a slot, and takes both slot
  /// and run. @throws db::Error, Error
  Taken take(const TakeRequest& request, Deadline deadline);
  /// What was in doubt, where the server had committed it. @throws db::Error
  std::optional<Taken> taken_after_all();

 private:
  TakeResult wait_for_turn(Deadline deadline);
  Taken wait_for_slot(const TakeRequest& request, Deadline deadline);
  std::optional<int> await_slot_lock(Deadline deadline, std::string& waits_for);
  std::vector<int> free_slot_locks();
  void recover_frozen();
  void pause(int looks, Deadline deadline);
  std::optional<Taken> try_slot(int slot, const TakeRequest& request, std::string& waits_for);
  bool take_lease(Taken& taken, bool from_queue);
  bool free_slot(int slot, std::string& waits_for);
  bool marker_in_the_way(const Run& run, std::string& waits_for);

  const config::Config& m_config;
  const HostState& m_host;
  StopFlag& m_stop;
  LockSession& m_session;
  std::optional<Taken>& m_in_doubt;
  BootTime m_recover_frozen_at;
};

}  // namespace upkeep::upgrade
