// SPDX-License-Identifier: MIT
// Archives within the archive: jars, and other files that a server opens as zips.
#pragma once

#include "base/fd.hpp"
#include "patch/archive/profile.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

/// Whether a file of this name must be a zip: `.jar`, `.war` and similar, `.zip`.
bool is_called_zip(std::string_view name);

/// A problem with a nested archive.
struct NestedFault {
  std::string detail;  ///< `is not a jar: ...`, printed after its name
  bool bomb = false;   ///< it is larger than what is read
};

/// What was found in a nested archive.
struct Nested {
  std::vector<NestedFault> faults;
  std::vector<std::string> suspicions;  ///< does not prevent programs from opening it
  std::string manifest;                 ///< META-INF/MANIFEST.MF; empty: none
};

/// Reads archives like a JVM: the directory at the end, every entry with its checksum, and jars
/// within jars.
class NestedReader {
 public:
  explicit NestedReader(const Limits& limits) : m_limits(limits), m_left(limits.total) {}

  /// @param name determines the expected kind. @throws Error(cannot_create) without space for what
  /// it contains
  Nested read(std::string_view name, const Fd& file, std::uint64_t size);

 private:
  Nested read(std::string_view name, const Fd& file, std::uint64_t size, int depth);
  void judge(std::string_view name, const struct ZipMap& map, Nested& found) const;
  void read_entries_of(const Fd& file, const struct ZipMap& map, int depth, Nested& found);

  Limits m_limits;
  std::uint64_t m_left;  ///< remaining number of bytes to unpack
};

}  // namespace upkeep::patch::archive
