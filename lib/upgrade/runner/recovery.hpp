// SPDX-License-Identifier: MIT
// Ends runs of this host whose ws-upgrade has died: with their guardian's verdict if there is one,
// as `lost` if the guardian died as well. Every tool that reads the state does this first.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/model/progress.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/runner/event_log.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/store/slot_store.hpp"

#include <optional>

namespace upkeep::upgrade {

class Recovery {
 public:
  /// Keeps references to all arguments.
  Recovery(const config::Config& config, db::Connection& control, Inspector& inspector,
           const HostState& host, const EventLog& events);

  /// Recovers every run that still has files on this host. @returns how many were ended.
  /// @throws db::Error
  int recover_host();
  /// Cancels queued runs whose ws-upgrade was killed between claiming them and locking their file.
  /// @throws db::Error
  void cancel_dead_claims();
  /// Recovers one run, if no live process is in charge of it and its command has ended. @returns
  /// whether its end has been recorded. @throws db::Error
  bool recover(std::int64_t id);
  /// Does what is possible now to end this run, which another process is waiting for.
  /// @throws db::Error
  void hurry(std::int64_t run);
  /// Takes the lease of another host whose command, by its policy, has ended. @returns whether it
  /// was taken. @throws db::Error
  bool take_over(const SlotRow& row);
  /// Ends the run of a stale lease of this host whose files are gone (the state directory was
  /// cleaned): only the host lock shows whether it is alive. @returns whether its slot is free
  bool free_forgotten(const SlotRow& row);
  /// Does what is possible now to free the slot of a silent holder. @returns whether it was freed
  /// @throws db::Error
  bool look_after(const SlotRow& row);

 private:
  // `lock`: the run's lock file, for forget_run().
  bool recover_abandoned(const Run& run, const Fd& lock);
  bool recover_running(const Run& run, const Fd& lock);
  bool end_lost(const Run& run, const Fd& lock, const std::optional<guard::Status>& status);
  bool end_by_verdict(const Run& run, const Fd& lock, const guard::Status& status);
  bool free_kept_slot(std::int64_t id);
  [[nodiscard]] bool has_no_log(const Run& run) const;
  bool recover_unstarted(const Run& run, const Fd& lock);
  int percent_of(const Run& run, const guard::Status& status);
  bool end(const Run& run, const Fd& lock, const Ending& ending);
  bool is_frozen(const Run& run);

  const config::Config& m_config;
  Inspector& m_inspector;
  const HostState& m_host;
  const EventLog& m_events;
  RunStore m_runs;
  SlotStore m_leases;
};

enum class BreakResult { broken, still_renewed, holds_none, no_such_run };

/// Breaks the lease of a run because a person has confirmed that its host will not come back: the
/// run ends as `lost` and its slot becomes free. @param dry_run only report what would be done
BreakResult break_lease(RunStore& runs, SlotStore& leases, std::int64_t id, const std::string& who,
                        bool dry_run);

/// The recovery that a reading tool performs first; does nothing if this host has no runs. Errors
/// are ignored: reading will report them. @param claims also cancel dead claims, which takes
/// another round trip
void recover_before_reading(const config::Config& config, db::Connection& control,
                            Inspector& inspector, const std::string& tool, bool claims = false);

}  // namespace upkeep::upgrade
