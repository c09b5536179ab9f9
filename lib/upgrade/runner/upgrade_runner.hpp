// SPDX-License-Identifier: MIT
// Performs upgrades in one process, one after the other. Owns its two connections (queue and lock),
// its host state and its signals.
#pragma once

#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/server_places.hpp"
#include "upgrade/runner/slot_lock.hpp"
#include "upgrade/runner/supervisor.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace upkeep::upgrade {

class UpgradeRunner {
 public:
  /// Connects twice (queue and lock), and recovers abandoned runs on this host. All arguments must
  /// outlive this object. @throws Error
  UpgradeRunner(const config::Config& config, Interrupts& interrupts);
  ~UpgradeRunner();
  UpgradeRunner(const UpgradeRunner&) = delete;
  UpgradeRunner& operator=(const UpgradeRunner&) = delete;

  /// The queue's connection and the stores that use it; replaced if the connection is lost.
  struct Session {
    explicit Session(const config::Config& config);
    db::Connection connection;
    RunStore runs;
    PauseStore pause;
    SweepStore sweeps;
    Inspector inspector;
  };
  /// Waits up to lease_s while the database is unavailable. @throws db::Error
  Session& session();
  /// Repeats `work` on a new connection if a statement's connection is cut while the server is
  /// available: an upgrade program may end the connections of its own account. `work` must be
  /// repeatable. @throws what it throws
  void despite_cuts(const std::function<void()>& work);

  [[nodiscard]] const config::Config& config() const noexcept { return m_config; }
  [[nodiscard]] const HostState& host() const noexcept { return m_host; }
  [[nodiscard]] const EventLog& events() const noexcept { return m_events; }
  [[nodiscard]] const Interrupts& interrupts() const noexcept { return m_interrupts; }
  /// Whether a signal has arrived.
  bool interrupted();
  /// Waits this long, or until a signal arrives. @returns whether one has
  bool pause(std::chrono::milliseconds time);

  /// Inspects the workspace. @throws Error
  WorkspaceStatus look(const std::string& workspace, const std::string& target);
  /// Does what is possible now to end this run of another process. @throws Error
  void hurry(std::int64_t run);
  /// What is taken on the bounded servers; first frees the places of silent holders, if possible.
  /// @throws Error
  ServerPlaces places();
  /// Waits for a turn and a slot; a signal ends the wait. While waiting, recovers abandoned runs of
  /// this host, because one of them may hold that slot. @throws Error
  Taken take(const TakeRequest& request);
  /// Performs a run that was taken, until its end is recorded; or puts it back into the queue
  /// (RunReport::put_back) if nothing could be started for a reason unrelated to its workspace: its
  /// server is unavailable, or the log cannot be created.
  /// @param run_lock the run's lock, which the caller keeps until this returns
  /// @param check_pending if the workspace is already upgraded, end the run as skipped
  /// @throws Error if nothing was started, and the run could not be put back either
  RunReport work(Taken taken, const Fd& run_lock, bool check_pending);

 private:
  bool reconnect();
  void recover_abandoned();
  static std::optional<RunReport> not_pending_any_more(const Taken& taken,
                                                       const WorkspaceStatus& status);
  std::optional<RunReport> cannot_start(Taken& taken, bool check_pending);
  std::optional<RunReport> moved_to_full(Taken& taken, const WorkspaceStatus& status);
  RunReport end_unstarted(Taken& taken, const Fd& run_lock, RunReport report);
  RunReport put_back(const Taken& taken, const Fd& run_lock, RunReport report);
  ProgressModel model_of(const Run& run);

  const config::Config& m_config;
  ServerBounds m_bounds;
  Interrupts& m_interrupts;
  EventLog m_events;
  HostState m_host;
  std::unique_ptr<Session> m_session;
  std::unique_ptr<SlotLock> m_lock;
  std::unique_ptr<Worker> m_worker;  // after m_lock: it must be destroyed first
};

}  // namespace upkeep::upgrade
