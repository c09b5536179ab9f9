// SPDX-License-Identifier: MIT
// Reports the status of the run: to the supervisor over its socket, to other tools in a file.
#pragma once

#include "base/boot_time.hpp"
#include "guard/logscan/log_scanner.hpp"
#include "guard/loop/spec.hpp"
#include "guard/loop/status.hpp"
#include "guard/loop/supervisor_link.hpp"

#include <cstdint>
#include <filesystem>

namespace upkeep::guard {

/// Ignores a file that cannot be written: the supervisor still gets the status over the socket.
class Progress {
 public:
  /// Keeps references to link and scanner.
  Progress(const Spec& spec, SupervisorLink& link, const LogScanner& scanner);

  /// Reports that a program is running. @param pid 0: none
  void running(Phase phase, std::int64_t pid);
  /// Notes that there is more to report; a later tick() does it.
  void changed() { m_for_file = m_for_socket = true; }
  /// Reports what is due.
  void tick(BootTime now);
  /// When tick() has something to do; k_never: not before changed().
  [[nodiscard]] BootTime due() const;
  /// Reports the verdict, at once and durably. On a full disk, tick() tries the file again.
  void ended(const Verdict& verdict);

 private:
  void take_over_counts();
  void save_progress();
  void save_verdict();

  SupervisorLink* m_link;
  const LogScanner* m_scanner;
  std::filesystem::path m_path;
  Status m_status;
  bool m_for_file = false, m_for_socket = false;
  BootTime m_file_at, m_socket_at;  ///< the earliest next time
};

}  // namespace upkeep::guard
