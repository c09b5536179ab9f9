// SPDX-License-Identifier: MIT
#include "upgrade/runner/recovery.hpp"

#include "base/text.hpp"
#include "db/migration.hpp"
#include "upgrade/model/slot_rules.hpp"
#include "upgrade/model/verdict.hpp"
#include "upgrade/store/run_percent.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace upkeep::upgrade {

namespace fs = std::filesystem;

Recovery::Recovery(const config::Config& config, db::Connection& control, Inspector& inspector,
                   const HostState& host, const EventLog& events)
    : m_config(config),
      m_inspector(inspector),
      m_host(host),
      m_events(events),
      m_runs(control, config.database.schema),
      m_leases(control, m_runs, config.database.schema) {}

int Recovery::recover_host() {
  int recovered = 0;
  for (const std::int64_t run : m_host.known_runs()) recovered += recover(run) ? 1 : 0;
  return recovered;
}

bool Recovery::recover(std::int64_t id) {
  // Held until the end is recorded, so that only one of two tools recovers the run.
  const auto abandoned = m_host.try_run_lock(id);
  const auto held = abandoned ? std::nullopt : m_host.open_run_lock(id);
  if (!abandoned && !held) return false;
  const Fd& lock = abandoned ? *abandoned : *held;
  const auto run = m_runs.find(id);
  if (!run) {
    if (abandoned) m_host.forget_run(id, lock);  // the database was recreated
    return false;
  }
  if (abandoned) return recover_abandoned(*run, lock);
  // Its ws-upgrade exists but does not renew the lease: a frozen holder is treated as dead.
  if (!is_frozen(*run)) return false;
  if (run->state == RunState::running) return recover_running(*run, lock);
  free_kept_slot(id);
  return false;
}

void Recovery::cancel_dead_claims() {
  for (const Run& run : m_runs.queue().direct_claims(m_host.id())) {
    if (m_host.knows_run(run.id)) continue;
    if (!m_runs.end_queued(run.id, RunState::cancelled, "its ws-upgrade is gone")) continue;
    m_events.write(run.workspace, run.id, "cancelled: its ws-upgrade is gone");
  }
}

bool Recovery::is_frozen(const Run& run) {
  const auto row = m_leases.row_of_run(run.id);
  return row && row->host == m_host.id() && is_stale(*row);
}

bool Recovery::recover_abandoned(const Run& run, const Fd& lock) {
  if (run.state == RunState::running) return recover_running(run, lock);
  if (run.state == RunState::queued) {
    bool ended = false;
    if (run.origin == Origin::direct) {
      ended = m_runs.end_queued(run.id, RunState::cancelled,
                                "its ws-upgrade died while waiting for its turn");
      if (ended) {
        m_events.write(run.workspace, run.id, "cancelled: its ws-upgrade died while waiting");
      }
    }
    m_host.forget_run(run.id, lock);
    return ended;
  }
  if (free_kept_slot(run.id)) m_host.forget_run(run.id, lock);
  return false;
}

/// For a run that has ended, but whose command left processes behind: frees the slot once they have
/// ended. @returns whether the run no longer holds a slot of this host
bool Recovery::free_kept_slot(std::int64_t id) {
  const auto row = m_leases.row_of_run(id);
  if (!row || row->host != m_host.id()) return true;
  const auto slot = m_host.try_slot_lock(row->slot);
  if (!slot) return false;
  m_leases.release({row->slot, row->epoch, id});
  m_events.write("", id, "the processes it left behind have ended, slot free");
  return true;
}

bool Recovery::recover_running(const Run& run, const Fd& lock) {
  if (run.host != m_host.id() || !run.slot || !run.epoch) return false;
  const auto slot = m_host.try_slot_lock(static_cast<int>(*run.slot));
  auto status = guard::read_status(m_host.status_path(run.id));
  if (status && (status->run != run.id || status->epoch != *run.epoch)) status.reset();
  Remains remains;
  remains.host_lock_is_free = slot.has_value();
  remains.has_status = status.has_value();
  remains.has_verdict = status && status->verdict;
  remains.has_log = !has_no_log(run);
  remains.origin = run.origin;
  switch (recovery_of(remains)) {
    case RecoveryStep::put_back:
    case RecoveryStep::cancel:
      return recover_unstarted(run, lock);
    case RecoveryStep::end_lost:
      return end_lost(run, lock, status);
    case RecoveryStep::end_verdict:
      return end_by_verdict(run, lock, *status);
    default:
      return false;
  }
}

bool Recovery::end_lost(const Run& run, const Fd& lock,
                        const std::optional<guard::Status>& status) {
  Ending ending =
      judge_lost("ws-upgrade, its guardian and the command were all killed, or the host went down",
                 status ? status->lines : run.lines)
          .ending;
  if (status) ending.percent = percent_of(run, *status);
  return end(run, lock, ending);
}

bool Recovery::end_by_verdict(const Run& run, const Fd& lock, const guard::Status& status) {
  WorkspaceStatus probes;
  if (needs_probes(status)) {
    probes = m_inspector.inspect_upgraded(run.workspace, run.target);
    if (probes.target_holds == Answer::unknown)
      return false;  // its server is unavailable: the verdict waits
  }
  Ending ending = judge(status, probes).ending;
  ending.percent = percent_of(run, status);
  if (ending.state == RunState::succeeded && !m_config.upgrade.after.empty()) {
    add_clause(ending.detail, "the after hook did not run: ws-upgrade had died");
  }
  return end(run, lock, ending);
}

/// The log is created just before the guardian starts. If in doubt, it is assumed to exist.
bool Recovery::has_no_log(const Run& run) const {
  std::error_code ignored;
  return run.log && fs::is_directory(m_config.upgrade.log_dir, ignored) &&
         fs::status(*run.log, ignored).type() == fs::file_type::not_found;
}

/// The ws-upgrade was killed while it inspected the workspace: no command has run, and it does not
/// count as an attempt.
bool Recovery::recover_unstarted(const Run& run, const Fd& lock) {
  const Lease lease{static_cast<int>(*run.slot), *run.epoch, run.id};
  const std::string why = "its ws-upgrade died before it started anything";
  bool done = false;
  if (run.origin == Origin::queue) {
    done = m_leases.give_back(lease);
  } else {
    Ending ending;
    ending.state = RunState::cancelled;
    ending.detail = why;
    done = m_leases.end(lease, ending, false);
  }
  if (done) {
    const bool queued = run.origin == Origin::queue;
    m_events.write(run.workspace, run.id, (queued ? "back in the queue: " : "cancelled: ") + why);
  }
  m_host.forget_run(run.id, lock);
  return done;
}

/// What other tools have shown of it.
int Recovery::percent_of(const Run& run, const guard::Status& status) {
  return percent_by_now(m_runs, outline_of(m_config.profiles.at(m_config.upgrade.profile)), run,
                        status);
}

bool Recovery::end(const Run& run, const Fd& lock, const Ending& ending) {
  const bool ended = m_leases.end({static_cast<int>(*run.slot), *run.epoch, run.id}, ending, false);
  if (ended) {
    m_events.write(run.workspace, run.id,
                   fmt::format("{} (recovered after its ws-upgrade died) {}", word(ending.state),
                               ending.detail),
                   severity_of(ending.state));
  }
  m_host.forget_run(run.id, lock);
  return ended;
}

void Recovery::hurry(std::int64_t run) {
  recover_host();
  cancel_dead_claims();
  if (const auto row = m_leases.row_of_run(run)) take_over(*row);
}

bool Recovery::free_forgotten(const SlotRow& row) {
  if (row.host != m_host.id() || !is_stale(row) || m_host.knows_run(*row.run)) return false;
  if (!m_host.try_slot_lock(row.slot)) return false;
  Ending ending;
  ending.state = RunState::lost;
  ending.detail = "its files on its host are gone, and nothing holds its host lock";
  m_leases.end({row.slot, row.epoch, *row.run}, ending, false);
  return true;
}

bool Recovery::look_after(const SlotRow& row) {
  switch (next_step(row, m_host.id())) {
    case SlotStep::take_over:
      return take_over(row);
    case SlotStep::recover:
      return recover(*row.run) || free_forgotten(row);
    default:
      return false;
  }
}

bool Recovery::take_over(const SlotRow& row) {
  if (next_step(row, m_host.id()) != SlotStep::take_over) return false;
  const Lease lease{row.slot, row.epoch, *row.run};
  const std::string why = fmt::format(
      "host {} did not renew its lease for {} s; its policy is kill, so its command is gone",
      row.host, std::chrono::round<std::chrono::seconds>(row.idle).count());
  // The host may have come back since the row was read and started its command under the lease.
  if (!m_leases.break_stale(lease, judge_lost(why, 0).ending, k_forfeit_leases)) return false;
  m_events.write("", row.run, "lease taken over: " + why, Severity::warning);
  return true;
}

BreakResult break_lease(RunStore& runs, SlotStore& leases, std::int64_t id, const std::string& who,
                        bool dry_run) {
  while (const auto row = leases.row_of_run(id)) {
    if (!is_stale(*row)) return BreakResult::still_renewed;
    if (dry_run) return BreakResult::broken;
    const std::string why =
        fmt::format("its lease was broken by {} after {} s without renewal", who,
                    std::chrono::round<std::chrono::seconds>(row->idle).count());
    // If its host has come back, or another process has released the lease, check again.
    if (leases.break_stale({row->slot, row->epoch, id}, judge_lost(why, 0).ending))
      return BreakResult::broken;
  }
  return runs.find(id) ? BreakResult::holds_none : BreakResult::no_such_run;
}

void recover_before_reading(const config::Config& config, db::Connection& control,
                            Inspector& inspector, const std::string& tool, bool claims) {
  const auto host = HostState::open_existing(config.upgrade.state_dir);
  if (!host || (!claims && host->known_runs().empty())) return;
  const EventLog events(config, tool);
  try {
    db::check_writes();
    Recovery recovery(config, control, inspector, *host, events);
    recovery.recover_host();
    if (claims) recovery.cancel_dead_claims();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): reading works without recovery
  }
}

}  // namespace upkeep::upgrade
