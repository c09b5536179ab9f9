// SPDX-License-Identifier: MIT
// Values of options, with a complaint that a person can use.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>

namespace upkeep::cli {

/// Accepts whole numbers from `least` to `most` (none said: on and on), all of the word.
CLI::Validator whole_number(std::int64_t least,
                            std::int64_t most = std::numeric_limits<std::int64_t>::max());

}  // namespace upkeep::cli
