// SPDX-License-Identifier: MIT
#include "patch/archive/key_home.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

namespace fs = std::filesystem;

/// gpg starts no agent, which would outlive it, and reads nothing except the keys.
constexpr std::string_view k_options =
    "no-autostart\ntrust-model always\nno-auto-check-trustdb\nno-random-seed-file\n";

/// Blocks all signals that a process may receive unasked, so that none arrives between fork() and
/// what follows.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &m_before);
  }
  ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

 private:
  sigset_t m_before{};
};

/// Kills the processes that have `home` as an argument. @returns how many there were.
std::size_t kill_users(const std::string& home) {
  std::size_t count = 0;
  std::error_code error;
  for (fs::directory_iterator one("/proc", error), end; !error && one != end;
       one.increment(error)) {
    const auto pid = to_integer(one->path().filename().string());
    if (!pid || *pid <= 0) continue;
    const Fd file(::open((one->path() / "cmdline").c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> words{};
    const ssize_t size = file ? ::read(file.get(), words.data(), words.size()) : -1;
    if (size <= 0) continue;
    const auto all = split({words.data(), static_cast<std::size_t>(size)}, '\0');
    if (std::find(all.begin(), all.end(), home) == all.end()) continue;
    ++count;
    ::kill(static_cast<pid_t>(*pid), SIGKILL);
  }
  return count;
}

void remove_home(const std::string& home) {
  constexpr int k_attempts = 250;
  constexpr useconds_t k_pause_us = 20000;
  for (int i = 0; i < k_attempts; ++i) {
    const std::size_t users = kill_users(home);
    std::error_code error;
    fs::remove_all(home, error);
    if (users == 0 && !fs::exists(home, error)) return;
    ::usleep(k_pause_us);
  }
}

std::string make_home() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "upkeep-keys-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) return {};
  const Fd options(
      ::open((name + "/gpg.conf").c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (options && write_all(options.get(), k_options)) return name;
  fs::remove_all(name, error);
  return {};
}

/// The child: creates the home, reports its path, and removes it when the other end is closed.
[[noreturn]] void keep(int other) {
  constexpr int k_ours = 3;
  ::setsid();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE})
    (void)::signal(number, SIG_IGN);
  ::dup2(other, k_ours);
  ::close_range(k_ours + 1, ~0U, 0);
  const int null = ::open("/dev/null", O_RDWR);  // NOLINT: stdin, stdout and stderr are not ours
  for (const int fd : {0, 1, 2}) ::dup2(null, fd);
  const std::string home = make_home();
  if (write_all(k_ours, home) && ::shutdown(k_ours, SHUT_WR) == 0) {
    std::array<char, 16> nothing{};
    ssize_t n = 0;
    do {
      n = ::read(k_ours, nothing.data(), nothing.size());
    } while (n > 0 || (n < 0 && errno == EINTR));
  }
  if (!home.empty()) remove_home(home);
  ::_exit(0);
}

}  // namespace

KeyHome::KeyHome() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw Error(ExitStatus::internal, "cannot create a socket pair");
  }
  m_alive.reset(ends[0]);
  Fd other(ends[1]);
  {
    const SignalsHeld held;
    m_service = ::fork();
    if (m_service == 0) keep(other.get());
  }
  if (m_service < 0) throw Error(ExitStatus::internal, "cannot start a process");
  other.reset();
  std::array<char, 512> part{};
  for (;;) {
    const ssize_t n = ::read(m_alive.get(), part.data(), part.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    m_path.append(part.data(), static_cast<std::size_t>(n));
  }
  if (!m_path.empty()) return;
  wait();
  throw Error(ExitStatus::cannot_create, "cannot create a directory for the keys",
              "free some space in $TMPDIR, or set it to another directory");
}

KeyHome::~KeyHome() {
  wait();
}

void KeyHome::wait() noexcept {
  m_alive.reset();
  while (::waitpid(m_service, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace upkeep::patch::archive
