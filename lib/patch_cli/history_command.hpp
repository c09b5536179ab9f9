// SPDX-License-Identifier: MIT
#pragma once

#include "patch_cli/patch_tool.hpp"

#include <memory>

namespace upkeep::patch_cli {

/// `history PATCH…`, a command of pmt-patch and of pmt-lifecycle.
std::unique_ptr<Command> history_command();

}  // namespace upkeep::patch_cli
