// SPDX-License-Identifier: MIT
#include "upgrade/view/start_barriers.hpp"

#include "upgrade/model/queue_order.hpp"
#include "upgrade/queue/lost_jobs.hpp"
#include "upgrade/store/handover_store.hpp"
#include "upgrade/store/pause_store.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <algorithm>

namespace upkeep::upgrade {

StartBarriers::StartBarriers(db::Connection& control, const std::string& schema, RunStore& store,
                             const std::vector<Run>& runs, WallTime now)
    : m_now(now),
      m_holds(HoldStore(control, schema).of({})),
      m_stopped(SweepStore(control, schema).stopped()),
      m_paused(PauseStore(control, schema).find().has_value()),
      m_served(runs.empty() || is_served(runs, anybody_works(control, store, schema),
                                         HandoverStore(control, schema).replacement_due(), now)) {}

std::optional<StartBarriers::Held> StartBarriers::held(const Run& run) const {
  if (const auto hold = m_holds.find(run.workspace); hold != m_holds.end()) {
    return Held{.why = hold->second.text(), .gate_closed = hold->second.gate_closed};
  }
  // It starts when its sweep is resumed, or with the next one of that name.
  if (!run.sweep || std::find(m_stopped.begin(), m_stopped.end(), *run.sweep) == m_stopped.end())
    return std::nullopt;
  return Held{.why = "its sweep " + *run.sweep + " is stopped", .gate_closed = {}};
}

bool StartBarriers::is_unattended(const Run& run) const {
  return m_paused || (!m_served && run.state == RunState::queued && run.due_at <= m_now);
}

}  // namespace upkeep::upgrade
