// SPDX-License-Identifier: MIT
// Restrictions that a process puts on itself before it reads a file that may be hostile.
#pragma once

#include <cstdint>

namespace upkeep {

/// Limits the address space of this process and of those that it starts, ends its connections, and
/// makes new sockets impossible: there is no network any more, and nothing gains privileges. There
/// is no way back.
/// @throws Error(unavailable) if the system does not support that
void confine(std::uint64_t most_memory);

}  // namespace upkeep
