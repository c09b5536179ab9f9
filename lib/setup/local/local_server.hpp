// SPDX-License-Identifier: MIT
// The private MariaDB of `upkeep local`: everything of it lies in one directory that only its user
// may enter, it listens on a Unix socket alone, and lets in the user who made it.
//
//   mariadb/       the data           mariadb.sock   the socket
//   mariadb.pid    the process        mariadb.log    what the server says
//   mariadb.lock   flock(2) of the process that starts or stops it
//   mariadb.tmp/   the server's temporary files, and those of making the data
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

/// Where it is, who it belongs to, and receivers of its messages.
struct LocalSetting {
  std::filesystem::path directory;  ///< absolute
  std::filesystem::path socket;
  std::string user;                               ///< of this process
  std::string search_path;                        ///< where mariadbd is looked for
  std::function<void(std::string_view)> comment;  ///< one line about each step; may do nothing
};

enum class LocalState { running, stopped, unresponsive };

struct LocalStatus {
  LocalState state = LocalState::stopped;
  std::optional<pid_t> pid;
  std::string version;  ///< empty: not known
  std::string detail;
};

/// One private server. Several processes may use one at the same time.
class LocalServer {
 public:
  explicit LocalServer(LocalSetting setting);

  /// Makes the data where there are none, starts the server and waits until it answers.
  /// @returns whether it was started now; false: it ran already
  /// @throws Error: no server installed (69), the directory or the data cannot be made (73), the
  ///   socket's path is too long or has a colon (78), it does not start (69), somebody else starts
  ///   or stops it (75)
  bool start();
  /// Ends it in order, then with SIGTERM, then with SIGKILL.
  /// @returns whether one ran @throws Error
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
