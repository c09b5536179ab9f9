// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace upkeep::patch::archive {

/// What an entry holds, as a file without a name that can be read at any place: in memory where it
/// is small, else in the directory for temporary files. Nothing is left of it, however we end.
class Spool {
 public:
  /// @param expected bytes that will be written. @throws Error(cannot_create)
  explicit Spool(std::uint64_t expected);

  /// @throws Error(cannot_create) where there is no room
  void write(std::string_view data);

  [[nodiscard]] const Fd& file() const noexcept { return m_file; }
  [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

 private:
  Fd m_file;
  std::uint64_t m_size = 0;
};

}  // namespace upkeep::patch::archive
