// SPDX-License-Identifier: MIT
// Renews one run's lease, six times in lease_s, in the context's worker; takes the run's progress
// along. Never waits.
#pragma once

#include "base/boot_time.hpp"
#include "upgrade/model/lease_times.hpp"
#include "upgrade/runner/runner_context.hpp"

#include <chrono>
#include <future>
#include <optional>

namespace upkeep::upgrade {

class LeaseRenewer {
 public:
  enum class Event { nothing, renewed, lost };

  /// @param taken a lease that was just taken. Both parameters outlive it.
  LeaseRenewer(const RunnerContext& context, const Taken& taken);

  /// Takes the answer to a renewal where there is one, then asks for the next where that is due. An
  /// answer that stays away is given up, with its connection. `lost` comes once.
  Event turn();
  /// To be written with a renewal, soon.
  void tell(RunProgress progress) { m_unsaved = std::move(progress); }

  /// Whether something may still be started under the lease: it was renewed lately.
  [[nodiscard]] bool is_fresh() const;
  [[nodiscard]] bool is_lost() const noexcept { return m_lost; }
  /// When the last renewal that succeeded was asked for.
  [[nodiscard]] BootTime renewed_at() const noexcept { return m_last_renewed; }
  /// Until turn() has something to do; may be negative.
  [[nodiscard]] std::chrono::milliseconds idle() const;
  /// How long a call may go without an answer before its connection is given up.
  [[nodiscard]] std::chrono::milliseconds patience() const { return m_times.patience(); }

 private:
  void ask();
  Event take_answer();

  const RunnerContext& m_context;
  const Taken& m_taken;
  LeaseTimes m_times;
  std::future<Renewal> m_renewal;
  BootTime m_renewal_began, m_last_renewed, m_next_renewal, m_next_progress;
  std::optional<RunProgress> m_unsaved;
  bool m_lost = false;
};

}  // namespace upkeep::upgrade
