// SPDX-License-Identifier: MIT
// A record of ws-progress.
#pragma once

#include "upgrade/model/run.hpp"
#include "upgrade/model/state.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

struct ProgressRecord {
  std::string workspace;
  State state = State::unknown;
  std::optional<int> percent;
  std::optional<std::string> step;
  std::optional<std::int64_t> position;       ///< runs ahead
  std::optional<std::chrono::seconds> eta;    ///< time until this workspace is upgraded
  std::optional<std::chrono::seconds> start;  ///< time until a queued run starts
  std::optional<std::chrono::seconds> elapsed;
  std::optional<Run> run;
  std::optional<WallTime> retry_at;  ///< of a failed workspace, see retry_from()
  /// Whether a person who holds it has closed the gate; nullopt: it is not held.
  std::optional<bool> gate_closed;
  std::string detail;

  /// Whether a follower need not print it again: everything but the times is equal.
  [[nodiscard]] bool shows_the_same_as(const ProgressRecord& other) const {
    return state == other.state && percent == other.percent && step == other.step &&
           position == other.position && detail == other.detail &&
           run.has_value() == other.run.has_value() && (!run || run->id == other.run->id);
  }
};

}  // namespace upkeep::upgrade
