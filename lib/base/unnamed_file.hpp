// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <filesystem>

namespace upkeep {

/// A new, empty file without a name, for reading and writing, which disappears with its last
/// descriptor. An invalid descriptor if it cannot be created: errno says why.
Fd unnamed_file(const std::filesystem::path& directory);

}  // namespace upkeep
