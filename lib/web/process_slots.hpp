// SPDX-License-Identifier: MIT
// The processes that serve one socket: some may be busy for minutes, but never all.
#pragma once

#include "base/fd.hpp"

#include <filesystem>
#include <optional>
#include <utility>

namespace upkeep::web {

/// Each process holds a lock on a byte of a file that they share, which shows how many there are,
/// and one on a second byte while it is busy. The kernel releases the locks of a process that dies.
class ProcessSlots {
 public:
  /// @param file is created if it is missing. @throws Error(unavailable) if it cannot be, or
  /// belongs to another user
  explicit ProcessSlots(const std::filesystem::path& file);

  /// This process is busy as long as it exists.
  class Busy {
   public:
    explicit Busy(const ProcessSlots& slots) : m_slots(&slots) {}
    Busy(Busy&& other) noexcept : m_slots(std::exchange(other.m_slots, nullptr)) {}
    Busy& operator=(Busy&&) = delete;
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy();

   private:
    const ProcessSlots* m_slots;
  };
  /// nullopt if no process would be left for others. Where there is only one, it may be busy.
  [[nodiscard]] std::optional<Busy> busy() const;

 private:
  [[nodiscard]] bool lock(short type, int byte) const;
  [[nodiscard]] int count_others(int start) const;
  Fd m_file;
  int m_own = 0;
};

}  // namespace upkeep::web
