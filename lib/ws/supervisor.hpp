// SPDX-License-Identifier: MIT
// Looks after one run from its lease to its recorded end.
#pragma once

#include "base/interrupts.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "guard/client.hpp"
#include "ws/event_log.hpp"
#include "ws/host_state.hpp"
#include "ws/inspector.hpp"
#include "ws/judgement.hpp"
#include "ws/lock_session.hpp"
#include "ws/progress.hpp"

#include <functional>
#include <optional>
#include <string>

namespace upkeep::ws {

/// What a run came to: a record of ws-upgrade.
struct RunReport {
  std::string workspace;
  std::string state = "unknown";  ///< succeeded failed skipped lost interrupted unknown
  std::optional<std::int64_t> run;
  std::optional<int> exit_status;
  std::optional<std::int64_t> lines, seconds;
  std::string log, detail;
  ExitStatus status = ExitStatus::ok;  ///< its part in the tool's exit status
};

/// What every run of one process shares. All outlive the supervisor.
struct Workshop {
  const config::Config& config;
  const HostState& host;
  const EventLog& events;
  Interrupts& interrupts;
  Worker& worker;
  LockSession& lock;
};

/// Makes anew the main thread's connection, where it was cut while the command ran.
using Reinspect =
    std::function<WorkspaceStatus(const std::string& workspace, const std::string& target)>;

class Supervisor {
 public:
  /// @param taken a run that was just taken; the host lock in it goes over to the guardian
  Supervisor(const Workshop& shop, Taken taken, ProgressModel model, Reinspect reinspect);

  /// Starts the guardian, follows it, proves the result, records it, lets the slot go. Returns when
  /// all that is done, also after a signal. The caller holds the run's lock meanwhile.
  /// @throws nothing that a run can cause: those are in the report
  RunReport run();

 private:
  bool lease_is_fresh();
  void follow();
  void wait_for_events(int timeout_ms);
  void take_messages();
  void take_signals();
  void take_renewal();
  void keep_renewing();
  [[nodiscard]] std::int64_t patience_ms() const;
  void watch_orphan();
  void run_after_hook(Ending& ending);
  void clear_marker();
  bool dismiss();
  Judgement conclude();
  std::optional<WorkspaceStatus> read_probes();
  void record(Judgement& judgement, bool left_behind);
  RunReport report(const Judgement& judgement) const;
  void log(std::string_view text) const;

  const Workshop& m_shop;
  Taken m_taken;
  ProgressModel m_model;
  Reinspect m_reinspect;
  std::optional<guard::Guardian> m_guardian;
  guard::Status m_status;
  std::optional<guard::HookEnd> m_hook;
  std::future<Renewal> m_renewal;
  std::int64_t m_renewal_began = 0, m_last_renewed = 0, m_next_renewal = 0, m_next_progress = 0;
  std::optional<RunProgress> m_unsaved;
  int m_signals = 0;
  bool m_ended = false;  // the guardian gave its verdict
  bool m_gone = false;   // the guardian is no more
  bool m_lease_lost = false;
  bool m_unrecorded = false;  // the database stayed away
  int m_lingering = 0;
};

}  // namespace upkeep::ws
