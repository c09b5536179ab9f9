// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <string>

#include <sys/types.h>

namespace upkeep::patch::archive {

/// A GnuPG home for the keys of a file. A separate child process creates it and, together with the
/// gpg processes that use it, removes it as soon as this object or this process ends, for whatever
/// reason.
class KeyHome {
 public:
  /// @throws Error(cannot_create)
  KeyHome();
  /// Waits until everything is removed.
  ~KeyHome();
  KeyHome(const KeyHome&) = delete;
  KeyHome& operator=(const KeyHome&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return m_path; }

 private:
  void wait() noexcept;
  Fd m_alive;  ///< closed when this process ends
  pid_t m_service = -1;
  std::string m_path;
};

}  // namespace upkeep::patch::archive
