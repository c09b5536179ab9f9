// SPDX-License-Identifier: MIT
// The messages between supervisor and guardian: one JSON object per packet.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Larger than any message; one of this size fits into the kernel's default socket buffer.
constexpr std::size_t k_message_limit = 160UL * 1024;

/// How the after hook ended.
struct HookEnd {
  int exit_status = 0;
  bool timed_out = false;
  Stopped stopped = Stopped::no;
  std::string spawn_error{};

  [[nodiscard]] bool clean() const {
    return exit_status == 0 && !timed_out && stopped == Stopped::no && spawn_error.empty();
  }
};

/// From the guardian.
struct Message {
  enum class Kind {
    status,      ///< progress: `status`
    ended,       ///< the run has ended: `status`, with its verdict
    hook_ended,  ///< the after hook has ended: `hook`
    lingering,   ///< descendants are still running and hold the host lock: `count`
    gone,        ///< the guardian has exited: its `exit_status`
  };
  Kind kind = Kind::status;
  Status status;
  HookEnd hook;
  int count = 0;
  int exit_status = 0;

  [[nodiscard]] std::string to_json() const;
  /// nullopt if the text is not a message; it is then ignored.
  static std::optional<Message> from_json(std::string_view text);
};

/// From the supervisor.
struct Order {
  enum class Kind { renewed, stop, kill, after, done };
  Kind kind = Kind::done;
  BootTime asked_at{};              ///< renewed: when the renewal was requested
  std::vector<std::string> argv{};  ///< after

  /// @throws Error(internal) if a text is not UTF-8
  [[nodiscard]] std::string to_json() const;
  static std::optional<Order> from_json(std::string_view text);
};

}  // namespace upkeep::guard
