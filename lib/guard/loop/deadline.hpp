// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>

namespace upkeep::guard {

/// A moment of the boot clock that does not come.
constexpr std::int64_t k_never = std::numeric_limits<std::int64_t>::max();

}  // namespace upkeep::guard
