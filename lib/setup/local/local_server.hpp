// SPDX-License-Identifier: MIT
// The private MariaDB of `upkeep local`. All its files are in one directory that only its user may
// enter; it listens only on a Unix socket, and admits only the user who created it.
//
//   mariadb/       the data           mariadb.sock   the socket
//   mariadb.pid    the process        mariadb.log    the server's log
//   mariadb.lock   flock(2) of the process that is starting or stopping it
//   mariadb.tmp/   temporary files of the server and of its set-up script
#pragma once

#include "base/fd.hpp"
#include "db/connection.hpp"
#include "setup/local/server_process.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace upkeep::setup {

/// Its location and owner, and the receiver of its messages.
struct LocalSetting {
  std::filesystem::path directory;  ///< absolute
  std::filesystem::path socket;
  std::string user;                               ///< of this process
  std::string search_path;                        ///< PATH to search for mariadbd
  std::function<void(std::string_view)> comment;  ///< receives one line per step
};

enum class LocalState { running, stopped, unresponsive };

struct LocalStatus {
  LocalState state = LocalState::stopped;
  std::optional<pid_t> pid;
  std::string version;  ///< empty: unknown
  std::string detail;
};

/// One private server. Several processes may use this class at the same time.
class LocalServer {
 public:
  explicit LocalServer(LocalSetting setting);

  /// Initializes the data if there are none, starts the server and waits until it answers.
  /// @returns whether it was started now; false: it was already running
  /// @throws Error: no server installed (69), the directory or the data cannot be created (73), the
  /// socket's path is too long or contains a colon (78), the server does not start (69), another
  /// process is starting or stopping it (75)
  bool start();
  /// Shuts it down cleanly, or else with SIGTERM, or else with SIGKILL.
  /// @returns whether it was running. @throws Error
  bool stop();
  [[nodiscard]] LocalStatus status() const;

  [[nodiscard]] std::filesystem::path data_directory() const;
  [[nodiscard]] const LocalSetting& setting() const noexcept { return m_setting; }

 private:
  [[nodiscard]] std::filesystem::path file(const char* name) const;
  [[nodiscard]] std::optional<ServerProcess> process() const;
  [[nodiscard]] db::Endpoint endpoint() const;
  [[nodiscard]] std::filesystem::path temporary_directory() const;
  void check_paths() const;
  [[nodiscard]] Fd lock() const;
  void make_temporary_directory() const;
  void make_data(const Fd& held) const;
  [[nodiscard]] pid_t launch() const;
  void wait_for_answer(pid_t child) const;
  [[nodiscard]] std::string last_words() const;

  LocalSetting m_setting;
};

/// `running`, `stopped`, `unresponsive`
std::string_view to_word(LocalState state);

}  // namespace upkeep::setup
