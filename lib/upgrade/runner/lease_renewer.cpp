// SPDX-License-Identifier: MIT
#include "upgrade/runner/lease_renewer.hpp"

namespace upkeep::upgrade {

namespace {
// How often changing progress is written to the database.
constexpr std::chrono::milliseconds k_progress_every{1000};
}  // namespace

LeaseRenewer::LeaseRenewer(const RunnerContext& context, const Taken& taken)
    : m_context(context),
      m_taken(taken),
      m_times(context.config.upgrade.lease),
      m_last_renewed(taken.leased_at) {
  m_next_renewal = m_last_renewed + m_times.between_renewals();
  m_next_progress = m_last_renewed + k_progress_every / 2;
}

bool LeaseRenewer::is_fresh() const {
  return !m_lost && m_times.is_fresh(m_last_renewed, BootClock::now());
}

std::chrono::milliseconds LeaseRenewer::idle() const {
  return m_next_renewal - BootClock::now();
}

LeaseRenewer::Event LeaseRenewer::turn() {
  const Event event = is_ready(m_renewal) ? take_answer() : Event::nothing;
  ask();
  return event;
}

void LeaseRenewer::ask() {
  const BootTime now = BootClock::now();
  const bool progress_due = m_unsaved && now >= m_next_progress;
  if (m_renewal.valid() && now >= m_renewal_began + patience()) {
    m_context.lock.cut();
    m_renewal_began = now;
  }
  if (m_renewal.valid() || m_lost || (now < m_next_renewal && !progress_due)) return;
  m_renewal_began = now;
  m_renewal = m_context.worker.post([&lock = m_context.lock, lease = m_taken.lease,
                                     progress = m_unsaved] { return lock.renew(lease, progress); });
  m_unsaved.reset();
  m_next_progress = now + k_progress_every;
}

LeaseRenewer::Event LeaseRenewer::take_answer() {
  const Renewal renewal = m_renewal.get();
  m_renewal = {};
  const BootTime now = BootClock::now();
  m_next_renewal = now + m_times.between_renewals();
  const auto log = [&](std::string_view text) {
    m_context.events.write(m_taken.run.workspace, m_taken.run.id, text, Severity::warning);
  };
  switch (renewal) {
    case Renewal::renewed:
      m_last_renewed = m_renewal_began;
      return Event::renewed;
    case Renewal::unreachable:
      m_next_renewal = now + m_times.before_retry();
      log("lease not renewed: the database does not answer");
      return Event::nothing;
    case Renewal::lost:
      m_lost = true;
      log("lease lost: another process took the run's slot");
      return Event::lost;
  }
  return Event::nothing;
}

}  // namespace upkeep::upgrade
