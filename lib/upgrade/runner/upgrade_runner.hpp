// SPDX-License-Identifier: MIT
// Where one process runs upgrades, one after the other: its two connections (queue and lock), its
// host, the signals it gets.
#pragma once

#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/slot_lock.hpp"
#include "upgrade/runner/supervisor.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace upkeep::upgrade {

class UpgradeRunner {
 public:
  /// Connects twice (queue and lock), and recovers what was left on this host. All parameters
  /// outlive it. @throws Error
  UpgradeRunner(const config::Config& config, Interrupts& interrupts);
  ~UpgradeRunner();
  UpgradeRunner(const UpgradeRunner&) = delete;
  UpgradeRunner& operator=(const UpgradeRunner&) = delete;

  /// The queue's connection and what stands on it; made anew where it was cut.
  struct Session {
    explicit Session(const config::Config& config);
    db::Connection connection;
    RunStore runs;
    PauseStore pause;
    SweepStore sweeps;
    Inspector inspector;
  };
  /// Waits for as long as lease_s while the database is away. @throws db::Error
  Session& session();

  [[nodiscard]] const config::Config& config() const noexcept { return m_config; }
  [[nodiscard]] const HostState& host() const noexcept { return m_host; }
  [[nodiscard]] const EventLog& events() const noexcept { return m_events; }
  [[nodiscard]] const Interrupts& interrupts() const noexcept { return m_interrupts; }
  /// Whether a signal has come.
  bool interrupted();
  /// Waits this long, or until a signal comes. @returns whether one has
  bool pause(std::chrono::milliseconds time);

  /// The workspace as it is now. @throws Error
  WorkspaceStatus look(const std::string& workspace, const std::string& target);
  /// What can be done by now so that this run of another process comes to its end. @throws Error
  void hurry(std::int64_t run);
  /// Waits for turn and slot; a signal ends the wait. Meanwhile what other processes of this host
  /// leave behind is recovered: the wait may be for that very slot. @throws Error
  Taken take(const TakeRequest& request);
  /// Does the work of a run that was taken, to its recorded end; or puts it back into the queue
  /// (RunReport::put_back) where nothing could be started and its workspace is not to blame: a
  /// server that is away, a log that cannot be created.
  /// @param run_lock the run's lock, which the caller keeps until this returns
  /// @param check_pending end it as skipped where it is upgraded by now
  /// @throws Error where nothing was started, and the run could not even be put back
  RunReport work(Taken taken, const Fd& run_lock, bool check_pending);

 private:
  void recover_abandoned();
  std::optional<RunReport> not_pending_any_more(const Taken& taken);
  RunReport end_unstarted(Taken& taken, const Fd& run_lock, RunReport report);
  RunReport put_back(const Taken& taken, const Fd& run_lock, RunReport report);
  ProgressModel model_of(const std::string& target);

  const config::Config& m_config;
  Interrupts& m_interrupts;
  EventLog m_events;
  HostState m_host;
  std::unique_ptr<Session> m_session;
  std::unique_ptr<SlotLock> m_lock;
  std::unique_ptr<Worker> m_worker;  // after m_lock: it ends first
};

}  // namespace upkeep::upgrade
