// SPDX-License-Identifier: MIT
// A request for a slot, and what became of it.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"
#include "base/time.hpp"
#include "upgrade/model/queue_order.hpp"
#include "upgrade/model/run.hpp"
#include "upgrade/model/slot.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// What is wanted: this very run, or whichever due one is next.
struct TakeRequest {
  std::optional<std::int64_t> run;
  std::optional<std::chrono::milliseconds> wait;  ///< nullopt: for ever
  std::optional<WallTime> not_after;              ///< --until: nothing is taken from then on
  bool ignore_marker = false;                     ///< --force: nor a hold
  bool run_is_held = false;                       ///< the caller has the run's lock already
  DueFilter due;                                  ///< without `run`: what may be taken
};

enum class TakeResult {
  taken,
  timed_out,   ///< no turn within the wait
  held,        ///< a person keeps the named workspace from being upgraded
  not_queued,  ///< somebody else took or ended the run
  nothing_due,
  stopped,  ///< stop() was called
};

struct Taken {
  TakeResult result = TakeResult::stopped;
  Lease lease;
  Run run;
  Fd slot_lock;            ///< locked; the guardian keeps it
  Fd run_lock;             ///< locked, unless the caller had it already
  BootTime leased_at;      ///< from before the lease was taken
  std::string waited_for;  ///< what stood in the way last
};

}  // namespace upkeep::upgrade
