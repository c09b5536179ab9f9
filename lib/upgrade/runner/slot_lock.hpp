// SPDX-License-Identifier: MIT
// The dedicated connection on which one ws-upgrade waits for its turn and holds its slot. It
// selects no schema at all (the real upgrade program kills sessions that have its workspace's
// selected), and everything here runs in the worker thread, so that no wait holds up a signal.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/lock_session.hpp"
#include "upgrade/runner/stop_flag.hpp"
#include "upgrade/runner/taken.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace upkeep::upgrade {

enum class Renewal { renewed, lost, unreachable };

/// Construct in the main thread; afterwards every member but stop() belongs to the worker's.
class SlotLock {
 public:
  /// Connects. Keeps references. @throws db::Error; Error(unavailable) where GET_LOCK gives no lock
  SlotLock(const config::Config& config, const HostState& host, const EventLog& events);
  ~SlotLock();
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;

  /// Waits for a turn (in GET_LOCK, first come first served), then for a slot, and takes both slot
  /// and run. The session reconnects for as long as lease_s where it is cut while it waits.
  /// @throws db::Error, Error
  Taken take(const TakeRequest& request);
  /// Takes nothing after all: the run is queued again, its slot free. @throws db::Error
  void give_back(const Taken& taken);
  /// The run could not be started, for a reason that is not its workspace's: it is queued again,
  /// with the reason, and its slot free. Tries for as long as lease_s while the database is away.
  /// @returns whether the run was still ours; nullopt: the database stayed away
  std::optional<bool> put_back(const Lease& lease, const std::string& why);
  /// Renews the lease, checks the named lock with IS_USED_LOCK and gets it back where it was lost.
  Renewal renew(const Lease& lease, const std::optional<RunProgress>& progress);
  /// Ends the run and lets the slot go. Tries for as long as lease_s while the database is away.
  /// @returns whether the run was still ours; nullopt: the database stayed away, nothing is
  /// recorded
  std::optional<bool> end(const Lease& lease, const Ending& ending, bool keep_slot);

  /// How far a run with this status is by the history of now: the model of its start may be
  /// another, and who looked meanwhile had this one. 0 where the database does not answer.
  int percent_by_now(const std::string& target, const guard::Status& status);

  /// Any thread: whatever waits gives up soon, as TakeResult::stopped.
  void stop();
  /// Any thread: a call that gets no answer (a connection that swallows packets) fails soon; the
  /// next one connects anew.
  void cut();

 private:
  std::optional<bool> leave(const Lease& lease, RunState state, const std::function<bool()>& write);
  void connect();
  bool reconnect_within(Deadline deadline);
  Taken stopped();

  const config::Config& m_config;
  const HostState& m_host;
  const EventLog& m_events;
  std::string m_prefix;
  StopFlag m_stop;
  std::mutex m_session_mutex;  // of the pointer: stop() may come while the worker reconnects
  std::unique_ptr<LockSession> m_session;
  std::optional<Taken> m_in_doubt;  // the connection was cut while this was being taken
};

}  // namespace upkeep::upgrade
