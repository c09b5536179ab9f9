// SPDX-License-Identifier: MIT
// What supervisor and guardian say to each other: one JSON object a packet.
#pragma once

#include "base/boot_time.hpp"
#include "guard/loop/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

/// Larger than any message: the kernel's default socket buffer holds one of this size.
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
    ended,       ///< the run is over: `status`, with its verdict
    hook_ended,  ///< the after hook is over: `hook`
    lingering,   ///< descendants go on and hold the host lock: `count`
    gone,        ///< the guardian has ended: its `exit_status`
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
  BootTime asked_at{};              ///< renewed: when that was asked for
  std::vector<std::string> argv{};  ///< after

  /// @throws Error(internal) where a text is not UTF-8
  [[nodiscard]] std::string to_json() const;
  static std::optional<Order> from_json(std::string_view text);
};

}  // namespace upkeep::guard
