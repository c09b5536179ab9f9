// SPDX-License-Identifier: MIT
// Archives within the archive: jars, and what else a server opens as a zip.
#pragma once

#include "base/fd.hpp"
#include "patch/archive/profile.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

/// Whether a file of this name has to be a zip: `.jar`, `.war` and their kin, `.zip`.
bool is_called_zip(std::string_view name);

/// A problem with one.
struct NestedFault {
  std::string detail;  ///< `is not a jar: ...`, to follow its name
  bool bomb = false;   ///< it holds more than is read
};

/// What was found in one.
struct Nested {
  std::vector<NestedFault> faults;
  std::vector<std::string> suspicions;  ///< nothing that keeps a program from opening it
  std::string manifest;                 ///< META-INF/MANIFEST.MF; empty: there is none
};

/// Reads archives as a JVM does: the directory at the end, every entry and its checksum, and the
/// jars within jars.
class NestedReader {
 public:
  explicit NestedReader(const Limits& limits) : m_limits(limits), m_left(limits.total) {}

  /// @param name decides what it has to be. @throws Error(cannot_create) without room for what lies
  /// within it
  Nested read(std::string_view name, const Fd& file, std::uint64_t size);

 private:
  Nested read(std::string_view name, const Fd& file, std::uint64_t size, int depth);
  void judge(std::string_view name, const struct ZipMap& map, Nested& found) const;
  void read_entries_of(const Fd& file, const struct ZipMap& map, int depth, Nested& found);

  Limits m_limits;
  std::uint64_t m_left;  ///< bytes that may still be unpacked
};

}  // namespace upkeep::patch::archive
