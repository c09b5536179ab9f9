// SPDX-License-Identifier: MIT
// The data of zip entries, read as a stream: nothing is unpacked to disk, and at most one block is
// in memory.
#pragma once

#include "base/fd.hpp"
#include "patch/archive/zip_map.hpp"

#include <functional>
#include <string_view>

namespace upkeep::patch::archive {

/// Receives the data of one entry, block by block. Empty: the entry is skipped.
using Sink = std::function<void(std::string_view)>;

/// Reads every entry of `map` for which `open` returns a sink, and verifies its checksum.
/// @throws DataError if an entry is corrupt, or longer or shorter than declared
void read_entries(const Fd& file, const ZipMap& map,
                  const std::function<Sink(const ZipEntry&)>& open);

}  // namespace upkeep::patch::archive
