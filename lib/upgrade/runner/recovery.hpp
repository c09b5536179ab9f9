// SPDX-License-Identifier: MIT
// Ends runs whose ws-upgrade is gone, on this host: with their guardian's verdict where there is
// one, as `lost` where that died too. Every tool that looks does this.
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
  /// Keeps references to all.
  Recovery(const config::Config& config, db::Connection& control, Inspector& inspector,
           const HostState& host, const EventLog& events);

  /// Every run this host still has files of. @returns how many were ended. @throws db::Error
  int recover_host();
  /// Queued runs whose ws-upgrade was killed between claiming them and showing that it lives.
  /// @throws db::Error
  void cancel_dead_claims();
  /// One run, if nobody looks after it any more and its command is gone. @returns whether its end
  /// is recorded now. @throws db::Error
  bool recover(std::int64_t id);
  /// What can be done by now so that this run, which somebody waits for, comes to its end.
  /// @throws db::Error
  void hurry(std::int64_t run);
  /// The lease of another host that promised to be gone by now. @returns whether it was taken from
  /// it.
  bool take_over(const SlotRow& row);

 private:
  // `lock`: the run's lock file as it was found, for forget_run().
  bool recover_abandoned(const Run& run, const Fd& lock);
  bool recover_running(const Run& run, const Fd& lock);
  bool end_lost(const Run& run, const Fd& lock, const std::optional<guard::Status>& status);
  bool end_by_verdict(const Run& run, const Fd& lock, const guard::Status& status);
  bool free_kept_slot(std::int64_t id);
  [[nodiscard]] bool has_no_log(const Run& run) const;
  bool recover_unstarted(const Run& run, const Fd& lock);
  ProgressModel model_of(const std::string& target);
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

/// A person's word that the host of a run will not come back: the run ends `lost`, its slot is
/// free. @param dry_run says what would become of it
BreakResult break_lease(RunStore& runs, SlotStore& leases, std::int64_t id, const std::string& who,
                        bool dry_run);

/// The recovering that a looking tool does before it looks: nothing where this host has no runs.
/// Errors are left to the looking itself. @param claims for tools that claim: a round trip more
void recover_before_reading(const config::Config& config, db::Connection& control,
                            Inspector& inspector, const std::string& tool, bool claims = false);

}  // namespace upkeep::upgrade
