// SPDX-License-Identifier: MIT
#pragma once

#include "base/time.hpp"
#include "upgrade/model/run.hpp"
#include "upgrade/store/hold_store.hpp"
#include "upgrade/store/run_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What keeps queued runs from starting, at one moment.
class StartBarriers {
 public:
  /// A queued run that does not start until a person releases it.
  struct Held {
    std::string why;                  ///< since when, by whom, why; or which sweep was stopped
    std::optional<bool> gate_closed;  ///< of a held workspace
  };

  /// Keeps no references. @param runs the active ones, `now` by the server's clock
  /// @throws db::Error
  StartBarriers(db::Connection& control, const std::string& schema, RunStore& store,
                const std::vector<Run>& runs, WallTime now);

  [[nodiscard]] std::optional<Held> held(const Run& run) const;
  /// Whether it cannot be predicted when the run starts: only when the queue is resumed, or
  /// somewhere processed.
  [[nodiscard]] bool is_unattended(const Run& run) const;

 private:
  WallTime m_now;
  std::map<std::string, Hold> m_holds;
  std::vector<std::string> m_stopped;  // sweeps
  bool m_paused, m_served;
};

}  // namespace upkeep::upgrade
