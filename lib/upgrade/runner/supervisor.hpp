// SPDX-License-Identifier: MIT
// Supervises one run from its lease to its recorded end.
#pragma once

#include "guard/loop/client.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/model/run_report.hpp"
#include "upgrade/model/supervisor_state.hpp"
#include "upgrade/model/verdict.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/lease_renewer.hpp"
#include "upgrade/runner/runner_context.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Inspects a workspace; re-establishes the main thread's connection if it was lost while the
/// command ran.
using Reinspect =
    std::function<WorkspaceStatus(const std::string& workspace, const std::string& target)>;

class Supervisor {
 public:
  /// @param taken a run that was just taken; its host lock passes to the guardian
  Supervisor(const RunnerContext& context, Taken taken, ProgressModel model, Reinspect reinspect);

  /// Starts the guardian, follows it, verifies the result, records it and releases the slot.
  /// Returns when all that is done, even after a signal. The caller must hold the run's lock.
  /// @throws nothing that a run can cause: such errors are in the report
  RunReport run();

 private:
  SupervisorState step();
  void enter(SupervisorState next);
  SupervisorState fail(const Error& error);
  bool lease_is_fresh();
  void start();
  void follow();
  void read_saved_status();
  void wait_for_events(std::chrono::milliseconds longest);
  void take_messages();
  void take_signals();
  void keep_lease();
  int measure();
  void tell_progress();
  void watch_orphan();
  void run_after_hook(Ending& ending);
  void clear_marker();
  bool dismiss();
  RunVerdict conclude();
  std::optional<WorkspaceStatus> read_probes();
  void record();
  RunReport report() const;
  RunReport not_started();
  void log(std::string_view text, Severity severity = Severity::info) const;

  const RunnerContext& m_context;
  Taken m_taken;
  ProgressMeter m_meter;
  Reinspect m_reinspect;
  std::optional<guard::Guardian> m_guardian;
  guard::Status m_status;
  RunProgress m_told;   // the last progress to be recorded
  BootTime m_told_end;  // when the run was then expected to end
  std::optional<guard::HookEnd> m_hook;
  LeaseRenewer m_lease;
  SupervisorState m_state = SupervisorState::proving_lease;
  RunVerdict m_judgement;
  bool m_left_behind = false;  // processes of the command hold the host lock
  int m_signals = 0;
  bool m_ended = false;       // the guardian gave its verdict
  bool m_gone = false;        // the guardian has exited
  bool m_unrecorded = false;  // the database or the workspace remained unavailable
  std::string m_unseen;       // why the workspace cannot be inspected although its server answers
  int m_lingering = 0;
  int m_guardian_status = 0;  // its exit status, once it has exited
};

}  // namespace upkeep::upgrade
