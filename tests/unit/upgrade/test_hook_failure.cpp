// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/runner/hook_failure.hpp"

using upkeep::guard::HookEnd;
using upkeep::guard::Stopped;
using upkeep::upgrade::hook_failure;

TEST_CASE("why the after hook did not succeed", "[hook]") {
  CHECK(hook_failure(HookEnd{}).empty());
  CHECK(hook_failure(std::nullopt) == "was killed");
  HookEnd hook;
  hook.exit_status = 3;
  CHECK(hook_failure(hook) == "failed: exit status 3");
  hook.timed_out = true;
  CHECK(hook_failure(hook) == "was ended at its time limit");
  hook.stopped = Stopped::signal;
  CHECK(hook_failure(hook) == "was stopped");
  hook.spawn_error = "cannot start x";
  CHECK(hook_failure(hook) == "did not start: cannot start x");
}
