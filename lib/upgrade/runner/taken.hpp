// SPDX-License-Identifier: MIT
// A request for a slot, and its result.
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

/// A request for one particular run, or for the next one that is due.
struct TakeRequest {
  std::optional<std::int64_t> run;
  std::optional<std::chrono::milliseconds> wait;  ///< nullopt: without limit
  std::optional<WallTime> not_after;              ///< --until: nothing is taken from then on
  bool ignore_marker = false;                     ///< --force: also ignores a hold
  bool run_is_held = false;                       ///< the caller already has the run's lock
  DueFilter due;                                  ///< without `run`: which runs may be taken
};

enum class TakeResult {
  taken,
  timed_out,   ///< no turn within the wait
  held,        ///< the named workspace is held
  not_queued,  ///< another process took or ended the run
  nothing_due,
  server_full,  ///< the named workspace's server has no place left
  stopped,      ///< stop() was called
};

struct Taken {
  TakeResult result = TakeResult::stopped;
  Lease lease;
  Run run;
  Fd slot_lock;            ///< locked; the guardian keeps it
  Fd run_lock;             ///< locked, unless the caller had it already
  BootTime leased_at;      ///< from before the lease was taken
  std::string waited_for;  ///< the last thing that blocked it
};

}  // namespace upkeep::upgrade
