// SPDX-License-Identifier: MIT
// The dedicated connection on which one ws-upgrade waits for its turn and holds its slot. It
// selects no schema at all (the real upgrade program kills sessions that have its workspace's
// selected), and everything here runs in the worker thread, so that no wait holds up a signal.
#pragma once

#include "base/fd.hpp"
#include "config/config.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/slot_store.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What is wanted: this very run, or whichever due one is next.
struct TakeRequest {
  std::optional<std::int64_t> run;
  std::optional<std::chrono::milliseconds> wait;  ///< nullopt: for ever
  std::optional<WallTime> not_after;              ///< --until: nothing is taken from then on
  bool ignore_marker = false;                     ///< --force: nor a hold
  bool run_is_held = false;                       ///< the caller has the run's lock already
  DueFilter due;                                  ///< without `run`: what may be taken
};

enum class TakeResult {
  taken,
  timed_out,   ///< no turn within the wait
  held,        ///< a person keeps the named workspace from being upgraded
  not_queued,  ///< somebody else took or ended the run
  nothing_due,
  stopped,  ///< stop() was called
};

struct Taken {
  TakeResult result = TakeResult::stopped;
  Lease lease;
  Run run;
  Fd slot_lock;                ///< locked; the guardian keeps it
  Fd run_lock;                 ///< locked, unless the caller had it already
  std::int64_t leased_at = 0;  ///< boot clock, from before the lease was taken
  std::string waited_for;      ///< what stood in the way last
};

enum class Renewal { renewed, lost, unreachable };

/// Construct in the main thread; afterwards every member but stop() belongs to the worker's.
class SlotLock {
 public:
  /// Connects. Keeps references. @throws db::Error; Error(unavailable) where GET_LOCK gives no lock
  SlotLock(const config::Config& config, const HostState& host, const EventLog& events);
  ~SlotLock();
  SlotLock(const SlotLock&) = delete;
  SlotLock& operator=(const SlotLock&) = delete;

  /// A wait in GET_LOCK is this long at most; the socket's keepalive notices a vanished server
  /// sooner.
  static constexpr int k_longest_wait_s = 600;
  static constexpr std::int64_t k_for_ever = std::numeric_limits<std::int64_t>::max();

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
  struct Session;
  std::optional<bool> leave(const Lease& lease, RunState state, const std::function<bool()>& write);
  void connect();
  bool reconnect_within(std::int64_t deadline_ms);
  TakeResult wait_for_turn(const TakeRequest& request, std::int64_t deadline_ms);
  Taken wait_for_slot(const TakeRequest& request, std::int64_t deadline_ms);
  std::optional<int> await_slot_lock(std::int64_t deadline_ms, std::string& waits_for);
  std::vector<int> free_slot_locks();
  void recover_frozen();
  void pause(int looks, std::int64_t deadline_ms);
  std::optional<Taken> try_slot(int slot, const TakeRequest& request, std::string& waits_for);
  bool take_lease(Taken& taken, bool from_queue);
  std::optional<Taken> taken_after_all();
  Taken stopped();
  bool free_slot(int slot, std::string& waits_for);
  bool marker_in_the_way(const Run& run, std::string& waits_for);
  [[nodiscard]] std::string turn_lock() const;
  [[nodiscard]] std::string slot_lock(int slot) const;

  const config::Config& m_config;
  const HostState& m_host;
  const EventLog& m_events;
  std::string m_prefix;
  std::atomic<bool> m_stop = false;
  std::int64_t m_recover_frozen_at = 0;
  std::condition_variable m_stopping;
  std::mutex m_session_mutex;  // of the pointer: stop() may come while the worker reconnects
  std::unique_ptr<Session> m_session;
  std::optional<Taken> m_in_doubt;  // the connection was cut while this was being taken
};

}  // namespace upkeep::upgrade
