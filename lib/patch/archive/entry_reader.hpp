// SPDX-License-Identifier: MIT
// What the entries of a zip hold, read as a stream: nothing is unpacked to disk, and no more than a
// block of it is in memory.
#pragma once

#include "base/fd.hpp"
#include "patch/archive/zip_map.hpp"

#include <functional>
#include <string_view>

namespace upkeep::patch::archive {

/// Who takes the data of one entry, block by block. Empty: it is skipped.
using Sink = std::function<void(std::string_view)>;

/// Reads every entry of `map` for which `open` gives a sink; checksums are compared.
/// @throws DataError where an entry is corrupt, or holds more or less than it says
void read_entries(const Fd& file, const ZipMap& map,
                  const std::function<Sink(const ZipEntry&)>& open);

}  // namespace upkeep::patch::archive
