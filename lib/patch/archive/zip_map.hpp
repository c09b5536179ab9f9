// SPDX-License-Identifier: MIT
// The contents that a zip declares: its directory, and the headers of the entries. libarchive reads
// only one of the two and does not report differences; a checker must know both, because another
// program may trust the other one.
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

struct ZipEntry {
  std::string name;        ///< from the directory; bytes
  std::string local_name;  ///< from the entry itself, if it differs
  std::uint64_t offset = 0, compressed = 0, size = 0;
  std::uint32_t crc = 0;
  std::uint32_t mode = 0;  ///< Unix file type and permissions; 0: unknown
  std::uint16_t flags = 0, method = 0;

  [[nodiscard]] bool is_directory() const { return !name.empty() && name.back() == '/'; }
  [[nodiscard]] bool is_encrypted() const;
};

struct ZipMap {
  std::vector<ZipEntry> entries;      ///< in order of their position in the file
  std::vector<std::string> unlisted;  ///< entries in the file that the directory does not list
  std::uint64_t unowned = 0;          ///< bytes outside all entries
  bool overlapping = false;           ///< entries overlap
  bool too_many = false;              ///< more entries than allowed: `entries` is empty
};

/// Reads directory and headers; memory is bounded by `most_entries`.
/// @throws DataError if it is not a zip, is truncated, or its directory is corrupt
ZipMap read_zip_map(const Fd& file, std::uint64_t file_size, std::size_t most_entries);

}  // namespace upkeep::patch::archive
