// SPDX-License-Identifier: MIT
#pragma once

#include "guard/loop/message.hpp"

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Why the after hook did not succeed, as the end of a sentence about it (`failed: exit status 3`);
/// empty if it succeeded. @param hook nullopt: how it ended is unknown
std::string hook_failure(const std::optional<guard::HookEnd>& hook);

}  // namespace upkeep::upgrade
