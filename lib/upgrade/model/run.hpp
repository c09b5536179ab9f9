// SPDX-License-Identifier: MIT
// A run: the upgrade of one workspace to one target, from the queue to its end.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// Runs that are `skipped` or `cancelled` never started and say nothing about the workspace.
enum class RunState { queued, running, succeeded, failed, lost, interrupted, skipped, cancelled };

std::string_view word(RunState state);
/// @throws Error(internal) for an unknown word
RunState run_state_of(std::string_view text);
/// Queued or running.
constexpr bool is_active(RunState state) {
  return state == RunState::queued || state == RunState::running;
}
/// Ended badly: failed, lost or interrupted.
constexpr bool is_failure(RunState state) {
  return state == RunState::failed || state == RunState::lost || state == RunState::interrupted;
}

/// Who starts a queued run: a scheduled drain, or the ws-upgrade that was given the name and waits
/// for it (its host lock shows whether it is alive).
enum class Origin { queue, direct };

struct Run {
  std::int64_t id = 0;
  std::string workspace, target;
  RunState state = RunState::queued;
  Origin origin = Origin::queue;
  int priority = 0;
  std::optional<std::string> via, job, requested_by, reason;
  WallTime queued_at, due_at;
  std::optional<WallTime> put_back_at;  ///< when it could not be started; `detail` says why
  std::optional<WallTime> started_at, ended_at;
  std::optional<std::string> host;
  std::optional<std::int64_t> slot, epoch, exit_status;
  std::int64_t lines = 0;
  int percent = 0;
  std::optional<std::string> step, log, detail;
  std::optional<std::string> sweep;    ///< the sweep that it belongs to, whose rules apply
  std::optional<std::string> address;  ///< of the visitor who requested it; the /64 of IPv6
  std::optional<std::string> server;   ///< endpoint_name() of its workspace's server, when queued
  std::optional<std::int64_t> bytes;   ///< of the workspace's schema when it started
  std::optional<WallTime> ends_at;     ///< when it is expected to end, while it is running
  bool pinned =
      false;  ///< the target was given by the caller; otherwise the run follows the configured one

  /// Whole seconds from start to end, or to `now` while it is running; nullopt if it never started.
  [[nodiscard]] std::optional<std::chrono::seconds> elapsed(WallTime now) const;
};

/// The workspaces of a query; empty: all.
using Names = std::vector<std::string>;

/// The lowest number is served first; this is the priority of a login.
inline constexpr int k_default_priority = 5;

}  // namespace upkeep::upgrade
