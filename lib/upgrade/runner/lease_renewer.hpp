// SPDX-License-Identifier: MIT
// Renews one run's lease, six times in lease_s, in the context's worker; takes the run's progress
// along. Never waits.
#pragma once

#include "upgrade/model/lease_times.hpp"
#include "upgrade/runner/runner_context.hpp"

#include <cstdint>
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
  /// By the boot clock: when the last renewal that succeeded was asked for.
  [[nodiscard]] std::int64_t renewed_at() const noexcept { return m_last_renewed; }
  /// Until turn() has something to do.
  [[nodiscard]] std::int64_t idle_ms() const;
  /// How long a call may go without an answer before its connection is given up.
  [[nodiscard]] std::int64_t patience_ms() const { return m_times.patience_ms(); }

 private:
  void ask();
  Event take_answer();

  const RunnerContext& m_context;
  const Taken& m_taken;
  LeaseTimes m_times;
  std::future<Renewal> m_renewal;
  std::int64_t m_renewal_began = 0, m_last_renewed = 0, m_next_renewal = 0, m_next_progress = 0;
  std::optional<RunProgress> m_unsaved;
  bool m_lost = false;
};

}  // namespace upkeep::upgrade
