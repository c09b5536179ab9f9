// SPDX-License-Identifier: MIT
#include "upgrade/runner/run_recorder.hpp"

#include "base/boot_time.hpp"

#include <algorithm>

#include <poll.h>

namespace upkeep::upgrade {

std::optional<bool> record_end(const RunnerContext& context, const Taken& taken, Ending& ending,
                               const guard::Status& status, bool keep_slot,
                               std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_look_every{200};
  // The worker may still be renewing the lease; this call runs after that.
  auto ended = context.worker.post([&] {
    if (ending.state != RunState::succeeded) {
      ending.percent = std::max(ending.percent, context.lock.percent_by_now(taken.run, status));
    }
    return context.lock.end(taken.lease, ending, keep_slot);
  });
  Deadline answer_due = Deadline::in(patience);
  while (!is_ready(ended)) {
    pollfd worker{context.worker.fd(), POLLIN, 0};
    ::poll(&worker, 1, poll_timeout(k_look_every));
    context.worker.drain();
    if (answer_due.has_passed()) {
      context.lock.cut();
      answer_due = Deadline::in(patience);
    }
  }
  return ended.get();
}

}  // namespace upkeep::upgrade
