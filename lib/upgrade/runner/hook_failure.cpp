// SPDX-License-Identifier: MIT
#include "upgrade/runner/hook_failure.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::string hook_failure(const std::optional<guard::HookEnd>& hook) {
  if (!hook) return "was killed";
  if (hook->clean()) return {};
  if (!hook->spawn_error.empty()) return "did not start: " + hook->spawn_error;
  if (hook->stopped != guard::Stopped::no) return "was stopped";
  if (hook->timed_out) return "was ended at its time limit";
  return fmt::format("failed: exit status {}", hook->exit_status);
}

}  // namespace upkeep::upgrade
