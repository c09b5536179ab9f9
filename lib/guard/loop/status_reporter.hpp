// SPDX-License-Identifier: MIT
// Tells the world how the run is: the supervisor over its socket, later tools through a file.
#pragma once

#include "base/boot_time.hpp"
#include "guard/logscan/log_scanner.hpp"
#include "guard/loop/spec.hpp"
#include "guard/loop/status.hpp"
#include "guard/loop/supervisor_link.hpp"

#include <cstdint>
#include <filesystem>

namespace upkeep::guard {

/// A file that can't be written changes nothing: the socket still tells the supervisor.
class Progress {
 public:
  /// Link and scanner stay where they are.
  Progress(const Spec& spec, SupervisorLink& link, const LogScanner& scanner);

  /// A program runs now. @param pid 0: none
  void running(Phase phase, std::int64_t pid);
  /// There is more to report; it is sent when it is time.
  void changed() { m_for_file = m_for_socket = true; }
  /// Sends what is due.
  void tick(BootTime now);
  /// When tick() has something to do; k_never: not before changed().
  [[nodiscard]] BootTime due() const;
  /// The run is over: at once, and durably. On a full disk tick() tries the file again.
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
