// SPDX-License-Identifier: MIT
// What a zip says it holds: its directory, and the entries' own headers beside it. libarchive reads
// one of the two views and does not tell where they differ; a checker must know both, for another
// program may believe the other one.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

struct ZipEntry {
  std::string name;        ///< as the directory has it; bytes
  std::string local_name;  ///< as the entry itself has it, where that differs
  std::uint64_t offset = 0, compressed = 0, size = 0;
  std::uint32_t crc = 0;
  std::uint32_t mode = 0;  ///< Unix file type and permissions; 0: unknown
  std::uint16_t flags = 0, method = 0;

  [[nodiscard]] bool is_directory() const { return !name.empty() && name.back() == '/'; }
  [[nodiscard]] bool is_encrypted() const;
};

struct ZipMap {
  std::vector<ZipEntry> entries;      ///< in order of their place in the file
  std::vector<std::string> unlisted;  ///< entries in the file that the directory does not name
  std::uint64_t unowned = 0;          ///< bytes that belong to no entry
  bool overlapping = false;           ///< entries share their bytes
  bool too_many = false;              ///< more entries than allowed: `entries` is empty
};

/// Reads directory and headers; memory is bounded by `most_entries`.
/// @throws DataError if it is not a zip, is truncated, or its directory is corrupt
ZipMap read_zip_map(const Fd& file, std::uint64_t file_size, std::size_t most_entries);

}  // namespace upkeep::patch::archive
