// SPDX-License-Identifier: MIT
#include "setup/local/local_server.hpp"

#include "base/boot_time.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// sockaddr_un holds 108 bytes including a terminating NUL.
constexpr std::size_t k_longest_socket = 107;
constexpr seconds k_others_done_within{180};  // another `start` may be initializing the data
constexpr seconds k_data_made_within{300};
constexpr seconds k_answers_within{120};  // recovery after a crash takes time
constexpr seconds k_ends_within{60};
constexpr seconds k_dies_within{10};
constexpr milliseconds k_look_every{50};

const char* const k_install = "install the package mariadb-server (apt-get install mariadb-server)";

fs::path needed_program(std::initializer_list<const char*> names, const std::string& path) {
  for (const char* name : names) {
    if (auto found = find_program(name, with_daemons(path))) return *found;
  }
  throw Error(ExitStatus::unavailable, fmt::format("{} is not installed", *names.begin()),
              k_install);
}

/// The environment of the server and its set-up script, without the caller's settings and secrets.
/// TMPDIR, because the script splits option values at blanks.
std::vector<std::string> environment(const LocalSetting& setting, const fs::path& temporary) {
  return {"PATH=" + with_daemons(setting.search_path), "HOME=" + setting.directory.string(),
          "TMPDIR=" + temporary.string(), "LC_ALL=C.UTF-8", "TZ=UTC"};
}

}  // namespace

std::string_view to_word(LocalState state) {
  switch (state) {
    case LocalState::running:
      return "running";
    case LocalState::stopped:
      return "stopped";
    case LocalState::unresponsive:
      break;
  }
  return "unresponsive";
}

LocalServer::LocalServer(LocalSetting setting) : m_setting(std::move(setting)) {}

fs::path LocalServer::file(const char* name) const {
  return m_setting.directory / name;
}

fs::path LocalServer::data_directory() const {
  return file("mariadb");
}

fs::path LocalServer::temporary_directory() const {
  return file("mariadb.tmp");
}

std::optional<ServerProcess> LocalServer::process() const {
  return ServerProcess::find(file("mariadb.pid"), m_setting.socket, data_directory());
}

db::Endpoint LocalServer::endpoint() const {
  db::Endpoint endpoint;
  endpoint.socket = m_setting.socket;
  endpoint.user = m_setting.user;
  endpoint.read_timeout = std::chrono::seconds(5);
  return endpoint;
}

void LocalServer::check_paths() const {
  const std::string path = m_setting.socket.string();
  if (path.size() > k_longest_socket) {
    throw ConfigError(
        fmt::format("{} is {} bytes long; the path of a Unix socket must not exceed {}", path,
                    path.size(), k_longest_socket),
        "set XDG_STATE_HOME to a directory with a shorter path");
  }
  // The server reads its temporary directory as a colon-separated list: a part could belong to
  // others.
  if (temporary_directory().string().find(':') != std::string::npos) {
    throw ConfigError(fmt::format("the path of the private database, {}, contains a colon",
                                  m_setting.directory.string()),
                      "set XDG_STATE_HOME to a directory without a colon in its path");
  }
}

/// Held while the server is started or stopped; the kernel releases it when we end.
Fd LocalServer::lock() const {
  Fd file_lock = open_lock_file(file("mariadb.lock"));
  const Deadline end = Deadline::in(k_others_done_within);
  while (!try_lock(file_lock)) {
    if (end.has_passed()) {
      throw Error(ExitStatus::try_later, "another 'upkeep local' is still running",
                  "try again when it is done");
    }
    std::this_thread::sleep_for(k_look_every);
  }
  return file_lock;
}

bool LocalServer::start() {
  check_paths();
  make_directory(m_setting.directory, 0700);
  const Fd held = lock();
  if (const auto running = process()) {
    // Another process may have just started it without waiting.
    wait_for_answer(-1);
    m_setting.comment(fmt::format("already running, process {}", running->pid()));
    return false;
  }
  remove_quietly(file("mariadb.pid"));
  remove_quietly(m_setting.socket);
  make_temporary_directory();
  make_data(held);
  const pid_t child = launch();
  try {
    wait_for_answer(child);
  } catch (const db::Error&) {
    // It is running but rejects us: it could never be used or stopped.
    if (const auto refusing = process()) refusing->signal(SIGTERM);
    throw;
  }
  m_setting.comment(fmt::format("started process {} on {}", child, m_setting.socket.string()));
  return true;
}

/// A starting server deletes every `#sql*` in its temporary directory, including those of other
/// servers, so the machine's /tmp and the caller's TMPDIR must not be used. Clears what a killed
/// server left.
void LocalServer::make_temporary_directory() const {
  std::error_code error;
  fs::remove_all(temporary_directory(), error);
  if (error) {
    throw Error(ExitStatus::cannot_create,
                fmt::format("cannot clear {}: {}", temporary_directory().string(), error.message()),
                "remove it");
  }
  make_directory(temporary_directory(), 0700);
}

/// Initializes the data in a temporary directory and renames it: a killed first start leaves no
/// partial data. The script also holds the lock, so that its files are not removed while it is
/// still writing.
void LocalServer::make_data(const Fd& held) const {
  if (fs::exists(data_directory())) return;
  const fs::path fresh = file("mariadb.new");
  const fs::path script =
      needed_program({"mariadb-install-db", "mysql_install_db"}, m_setting.search_path);
  m_setting.comment(fmt::format("initializing the data in {}", data_directory().string()));
  std::error_code ignored;
  fs::remove_all(fresh, ignored);
  make_directory(fresh, 0700);
  SpawnOptions options;
  options.argv = {script.string(),
                  "--no-defaults",
                  "--datadir=" + fresh.string(),
                  "--auth-root-authentication-method=socket",
                  "--auth-root-socket-user=" + m_setting.user,
                  "--skip-test-db",
                  "--force",  // an unresolvable host name does not matter for a socket
                  "--skip-name-resolve",
                  "--innodb-log-file-size=16M",
                  "--innodb-buffer-pool-size=32M"};
  // Spelled so that only the server reads it: given `--user=`, the script would also give that user
  // the directory of the machine's PAM plugin, which would then not work for other servers.
  if (::geteuid() == 0) options.argv.emplace_back("--loose-user=root");
  options.environment = environment(m_setting, temporary_directory());
  options.directory = m_setting.directory;
  options.descriptors = {{held.get(), 3}};
  const Finished made = run_process(options, "", k_data_made_within);
  if (made.exit_status != 0) {
    fs::remove_all(fresh, ignored);
    const auto lines = split(trim(made.out + made.err), '\n');
    const std::size_t from = lines.size() > 10 ? lines.size() - 10 : 0;
    throw Error(
        ExitStatus::cannot_create,
        fmt::format("{} failed (exit status {}): {}", script.filename().string(), made.exit_status,
                    join({lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end()}, " | ")),
        "is the disk full?");
  }
  fs::rename(fresh, data_directory());
}

pid_t LocalServer::launch() const {
  const fs::path program = needed_program({"mariadbd", "mysqld"}, m_setting.search_path);
  const Fd log = open_for_append(file("mariadb.log"), 0600);
  SpawnOptions options;
  options.argv = {program.string(),
                  "--no-defaults",
                  "--datadir=" + data_directory().string(),
                  "--tmpdir=" + temporary_directory().string(),
                  "--socket=" + m_setting.socket.string(),
                  "--pid-file=" + file("mariadb.pid").string(),
                  "--log-error=" + file("mariadb.log").string(),
                  "--skip-networking",
                  "--skip-log-bin",
                  "--skip-name-resolve",
                  "--skip-symbolic-links",
                  "--local-infile=0",
                  "--character-set-server=utf8mb4",
                  "--innodb-buffer-pool-size=64M",
                  "--innodb-log-file-size=16M",
                  "--key-buffer-size=1M",
                  "--aria-pagecache-buffer-size=8M",
                  "--performance-schema=OFF",
                  "--loose-feedback=OFF"};
  if (::geteuid() == 0) options.argv.emplace_back("--user=root");
  options.environment = environment(m_setting, temporary_directory());
  options.descriptors = {{log.get(), 1}, {log.get(), 2}};
  options.directory = "/";
  options.new_session = true;
  return spawn(options);
}

/// @param child a process of ours, whose early exit is detected; -1: not started by us
void LocalServer::wait_for_answer(pid_t child) const {
  const Deadline end = Deadline::in(k_answers_within);
  for (;;) {
    try {
      db::Connection connection(endpoint());
      return;
    } catch (const db::Error& error) {
      // Any error but a missing connection is final.
      if (!error.connection_lost()) throw;
      if (child > 0 && ::waitpid(child, nullptr, WNOHANG) == child) {
        throw Error(ExitStatus::unavailable, "the server exited immediately: " + last_words(),
                    fmt::format("see {}", file("mariadb.log").string()));
      }
      if (end.has_passed() || (child < 0 && !process())) {
        throw Error(
            ExitStatus::unavailable,
            fmt::format("the server is running but does not answer: {}", error.what()),
            fmt::format("see {}; 'upkeep local stop' stops it", file("mariadb.log").string()));
      }
    }
    std::this_thread::sleep_for(k_look_every);
  }
}

/// The last error in the server's log.
std::string LocalServer::last_words() const {
  try {
    std::string text = read_file(file("mariadb.log"));
    constexpr std::size_t k_tail = 8192;
    if (text.size() > k_tail) text.erase(0, text.size() - k_tail);
    std::string last = "its log is empty";
    for (const std::string& line : split(text, '\n')) {
      const auto at = line.find("[ERROR] ");
      // The line before "Aborting" says more.
      if (at != std::string::npos && line.find("Aborting", at) == std::string::npos) {
        last = line.substr(at + 8);
      }
    }
    return last;
  } catch (const Error& error) {
    return error.what();
  }
}

bool LocalServer::stop() {
  if (!fs::exists(m_setting.directory)) return false;
  const Fd held = lock();
  const auto running = process();
  if (!running) {
    remove_quietly(file("mariadb.pid"));
    return false;
  }
  bool asked = false;
  try {
    db::Connection connection(endpoint());
    connection.execute("SHUTDOWN");
    asked = true;
  } catch (const Error& error) {
    // The server may exit before its answer arrives; if it does not exit, it is signalled.
    m_setting.comment(fmt::format("unexpected answer to SHUTDOWN: {}", error.what()));
  }
  if (asked && running->ends_within(k_ends_within)) return true;
  running->signal(SIGTERM);
  if (running->ends_within(k_ends_within)) return true;
  m_setting.comment(fmt::format("killing process {}, which does not exit", running->pid()));
  running->signal(SIGKILL);
  if (running->ends_within(k_dies_within)) return true;
  throw Error(ExitStatus::unavailable,
              fmt::format("process {} does not exit even when killed", running->pid()),
              "is its disk unavailable?");
}

LocalStatus LocalServer::status() const {
  LocalStatus status;
  const auto running = process();
  if (running) status.pid = running->pid();
  try {
    db::Connection connection(endpoint());
    const auto row = connection.query("SELECT VERSION(), @@datadir").at(0);
    status.version = row.text(0);
    status.state = LocalState::running;
    const fs::path datadir = fs::path(row.text(1) + "/").lexically_normal();
    if (datadir != (data_directory() / "").lexically_normal()) {
      status.detail = fmt::format("another server listens here, on {}", row.text(1));
    }
  } catch (const Error& error) {
    status.state = running ? LocalState::unresponsive : LocalState::stopped;
    if (running) {
      status.detail = error.what();
    } else if (!fs::exists(data_directory())) {
      status.detail = "never started";
    }
  }
  return status;
}

}  // namespace upkeep::setup
