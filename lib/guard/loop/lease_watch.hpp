// SPDX-License-Identifier: MIT
// When a guardian ends its programs because of the run's lease.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/spec.hpp"

#include <algorithm>
#include <chrono>

namespace upkeep::guard {

class LeaseWatch {
 public:
  /// @param lease 0: there is no lease to watch
  /// @param renewed_at when the renewal that is now valid was requested
  LeaseWatch(Policy policy, std::chrono::milliseconds lease, BootTime renewed_at)
      : m_policy(policy), m_lease(lease), m_renewed_at(renewed_at) {}

  /// Records a renewal that the supervisor reports at `now`; never shortens the lease.
  void renewed(BootTime asked_at, BootTime now) {
    m_renewed_at = std::max(m_renewed_at, std::min(asked_at, now));
  }
  /// When the lease expires; k_never without a lease.
  [[nodiscard]] BootTime end() const {
    return m_lease.count() == 0 ? k_never : m_renewed_at + m_lease;
  }
  [[nodiscard]] bool is_over(BootTime now) const { return now >= end(); }
  /// Whether everything must end, under policy `kill`, because the lease is no longer renewed.
  /// @param supervisor_is_gone whether it is dead, or has dismissed the guardian
  [[nodiscard]] bool must_kill(bool supervisor_is_gone, BootTime now) const {
    return m_policy == Policy::kill && (supervisor_is_gone || is_over(now));
  }
  /// The time from SIGTERM to SIGKILL in that case. Others wait twice the lease before they take
  /// over, so everything must be dead well before that. @param configured `grace_s`
  [[nodiscard]] std::chrono::milliseconds grace(std::chrono::milliseconds configured) const {
    return m_lease.count() == 0 ? configured : std::min(configured, m_lease / 2);
  }
  [[nodiscard]] Policy policy() const { return m_policy; }

 private:
  Policy m_policy;
  std::chrono::milliseconds m_lease;
  BootTime m_renewed_at;
};

}  // namespace upkeep::guard
