// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace upkeep::patch::archive {

/// The data of an entry as an unnamed file with random access: in memory if it is small, otherwise
/// in the directory for temporary files. It disappears however the process ends.
class Spool {
 public:
  /// @param expected number of bytes that will be written. @throws Error(cannot_create)
  explicit Spool(std::uint64_t expected);

  /// @throws Error(cannot_create) if there is no space
  void write(std::string_view data);

  [[nodiscard]] const Fd& file() const noexcept { return m_file; }
  [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

 private:
  Fd m_file;
  std::uint64_t m_size = 0;
};

}  // namespace upkeep::patch::archive
