// SPDX-License-Identifier: MIT
// The JSON fields of a status; only for status.cpp and message.cpp.
#pragma once

#include "guard/loop/json_fields.hpp"
#include "guard/loop/status.hpp"

#include <array>
#include <string_view>

namespace upkeep::guard {

constexpr std::array<std::string_view, 3> k_words(Phase /*unused*/) {
  return {"before", "command", "ended"};
}

constexpr std::array<std::string_view, 3> k_words(Stopped /*unused*/) {
  return {"", "signal", "lease"};
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Step>
void fields(Self& self, Visit&& visit) {
  visit("name", self.name);
  visit("seconds", self.seconds);
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Verdict>
void fields(Self& self, Visit&& visit) {
  visit("exit_status", self.exit_status);
  visit("phase", self.phase);
  visit("timed_out", self.timed_out);
  visit("stopped", self.stopped);
  visit("spawn_error", self.spawn_error);
  visit("success", self.success);
  visit("failure_line", self.failure_line);
  visit("last_line", self.last_line);
  visit("last_error", self.last_error, Presence::younger);
  visit("dropped_bytes", self.dropped_bytes);
  visit("log_error", self.log_error);
  visit("seconds", self.seconds);
  visit("started_at", self.started_at);
  visit("ended_at", self.ended_at);
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Status>
void fields(Self& self, Visit&& visit) {
  visit("run", self.run);
  visit("epoch", self.epoch);
  visit("workspace", self.workspace);
  visit("phase", self.phase);
  visit("pid", self.pid);
  visit("command_pid", self.command_pid);
  visit("command_started_at", self.command_started_at);
  visit("lines", self.lines);
  visit("bytes", self.bytes);
  visit("step", self.step);
  visit("step_since", self.step_since, Presence::younger);
  visit("steps_done", self.steps_done);
  visit("steps", self.steps);
  visit("says_done", self.says_done, Presence::younger);
  visit("verdict", self.verdict);
}

}  // namespace upkeep::guard
