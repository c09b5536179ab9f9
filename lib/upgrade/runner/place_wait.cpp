// SPDX-License-Identifier: MIT
#include "upgrade/runner/place_wait.hpp"

#include "base/boot_time.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace upkeep::upgrade {

bool has_rules(const UpgradeOptions& options) {
  return options.until || options.wait || options.canary > 0 || options.max_failures > 0;
}

bool PlaceWait::is_something_due(DueFilter& due) {
  m_places = m_runner.places();
  due.full = m_places.closed();
  return m_runner.session().runs.queue().next_due(due).has_value();
}

PlaceResult PlaceWait::wait(DueFilter& due, const StopRules& rules) {
  constexpr std::chrono::milliseconds k_look_every{1000};
  Fd waiting;
  int waited_for = 0;
  const Deadline patience = m_options.wait ? Deadline::in(*m_options.wait) : Deadline();
  while (!due.full.empty()) {
    DueFilter anywhere = due;
    anywhere.full.clear();
    if (!m_runner.session().runs.queue().next_due(anywhere)) return PlaceResult::nothing_due;
    if (rules.broken(wall_now())) return PlaceResult::due;
    if (patience.has_passed()) return PlaceResult::timed_out;
    const int places = std::max(1, static_cast<int>(m_places.rows.size()));
    if (places != waited_for && !has_rules(m_options)) {
      waiting.reset();
      std::optional<Fd> lock = m_runner.host().try_place_lock(places);
      if (!lock) return PlaceResult::superfluous;
      waiting = std::move(*lock);
      waited_for = places;
    }
    if (m_runner.pause(k_look_every) || m_runner.interrupted()) return PlaceResult::interrupted;
    if (is_something_due(due)) return PlaceResult::due;
  }
  return PlaceResult::nothing_due;
}

}  // namespace upkeep::upgrade
