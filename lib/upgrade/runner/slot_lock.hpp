// SPDX-License-Identifier: MIT
// The dedicated connection on which one ws-upgrade waits for its turn and holds its slot. It does
// not select a schema (the real upgrade program kills sessions that have selected that of its
// workspace), and everything here runs in the worker thread, so that no wait delays a signal.
#pragma once

#include "base/boot_time.hpp"
#include "config/config.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/slot_session.hpp"
#include "upgrade/runner/stop_flag.hpp"
#include "upgrade/runner/taken.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace upkeep::upgrade {

enum class Renewal { renewed, lost, unreachable };

/// Construct it in the main thread; afterwards call all members except stop() and cut() only in the
/// worker thread.
class SlotLock {
 public:
  /// Connects. Keeps references to all arguments. @throws db::Error; Error(unavailable) if GET_LOCK
  /// does not provide a real lock
  SlotLock(const config::Config& config, const HostState& host, const EventLog& events);
  ~SlotLock();
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;

  /// Waits for a turn (in GET_LOCK, first come, first served), then for a slot, and takes both the
  /// slot and the run. If the connection is lost, retries for lease_s.
  /// @throws db::Error, Error
  Taken take(const TakeRequest& request);
  /// Undoes take(): the run is queued again and its slot is free. @throws db::Error
  void give_back(const Taken& taken);
  /// For a run whose workspace turned out to be on this server. @throws db::Error
  Move move(const Lease& lease, const std::string& server);
  /// For a run that could not be started for a reason unrelated to its workspace: queues it again,
  /// with the reason, and frees its slot. Retries for lease_s while the database is unavailable.
  /// @returns whether the run was still ours; nullopt: the database remained unavailable
  std::optional<bool> put_back(const Lease& lease, const std::string& why);
  /// Renews the lease, checks the named lock with IS_USED_LOCK and reacquires it if it was lost.
  Renewal renew(const Lease& lease, const std::optional<RunProgress>& progress);
  /// Ends the run and releases the slot. Retries for lease_s while the database is unavailable.
  /// @returns whether the run was still ours; nullopt: the database remained unavailable, nothing
  /// is recorded
  std::optional<bool> end(const Lease& lease, const Ending& ending, bool keep_slot);

  /// The percentage of a run with this status by the current history, which other tools have shown;
  /// the run itself has used the history from its start. 0 if the database does not answer.
  int percent_by_now(const Run& run, const guard::Status& status);

  /// From any thread: a wait ends soon, with TakeResult::stopped.
  void stop();
  /// From any thread: makes a call without an answer (on a connection that drops packets) fail
  /// soon; the next one reconnects.
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
  std::mutex m_session_mutex;  // for the pointer: stop() may be called while the worker reconnects
  std::unique_ptr<SlotSession> m_session;
  std::optional<Taken> m_in_doubt;  // the connection was lost while this was being taken
};

}  // namespace upkeep::upgrade
