// SPDX-License-Identifier: MIT
// Renews one run's lease, six times per lease_s, in the context's worker, and writes the run's
// progress with it. Never waits.
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

  /// @param taken a lease that was just taken. Both arguments must outlive this object.
  LeaseRenewer(const RunnerContext& context, const Taken& taken);

  /// Takes the result of a renewal, if there is one, then starts the next if it is due. A renewal
  /// that is not answered is given up, with its connection. `lost` is returned once.
  Event turn();
  /// Progress to write with the next renewal, which comes soon.
  void tell(RunProgress progress) { m_unsaved = std::move(progress); }

  /// Whether the lease was renewed recently enough to start something under it.
  [[nodiscard]] bool is_fresh() const;
  [[nodiscard]] bool is_lost() const noexcept { return m_lost; }
  /// When the last successful renewal was requested.
  [[nodiscard]] BootTime renewed_at() const noexcept { return m_last_renewed; }
  /// Time until turn() has something to do; may be negative.
  [[nodiscard]] std::chrono::milliseconds idle() const;
  /// How long a call may remain unanswered before its connection is given up.
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
