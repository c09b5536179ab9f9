// SPDX-License-Identifier: MIT
// Option values, with helpful error messages.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>

namespace upkeep::cli {

/// Accepts whole numbers from `least` to `most` (by default unlimited); the whole word must match.
CLI::Validator whole_number(std::int64_t least,
                            std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace upkeep::cli
