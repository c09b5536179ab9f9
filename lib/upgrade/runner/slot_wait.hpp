// SPDX-License-Identifier: MIT
// Waits for a slot on one session: first for a turn, then for a slot, then for anything that blocks
// a free slot; for a named run whose server is full, first for a place there, without the turn.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/server_places.hpp"
#include "upgrade/runner/slot_session.hpp"
#include "upgrade/runner/stop_flag.hpp"
#include "upgrade/runner/taken.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

class SlotWait {
 public:
  /// Keeps references to all arguments. @param in_doubt a run that was being taken when the session
  /// was lost; checked on the next session
  SlotWait(const config::Config& config, const HostState& host, StopFlag& stop,
           SlotSession& session, std::optional<Taken>& in_doubt)
      : m_config(config),
        m_bounds(config),
        m_host(host),
        m_stop(stop),
        m_session(session),
        m_in_doubt(in_doubt) {}

  /// Waits for a turn (in GET_LOCK, first come, first served), then for a slot, and takes both the
  /// slot and the run. @throws db::Error, Error
  Taken take(const TakeRequest& request, Deadline deadline);
  /// The run in doubt, if the server had committed its lease. @throws db::Error
  std::optional<Taken> taken_after_all();

 private:
  Taken take_in_turn(const TakeRequest& request, Deadline deadline);
  TakeResult wait_for_turn(Deadline deadline);
  TakeResult wait_for_server(const std::string& server, Deadline deadline);
  void leave_server();
  [[nodiscard]] bool is_closed_to(const Run& run, const ServerPlaces& places) const;
  [[nodiscard]] std::string place_on(const std::string& server) const;
  std::optional<Run> choose_run(const TakeRequest& request, const ServerPlaces& places);
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
  ServerBounds m_bounds;
  const HostState& m_host;
  StopFlag& m_stop;
  SlotSession& m_session;
  std::optional<Taken>& m_in_doubt;
  std::optional<std::string> m_next_on;  // the server whose lock is held
  BootTime m_recover_frozen_at;
};

}  // namespace upkeep::upgrade
