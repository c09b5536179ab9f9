// SPDX-License-Identifier: MIT
#include "base/process.hpp"

#include "base/boot_time.hpp"
#include "base/error.hpp"
#include "base/pipe.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

namespace upkeep {

namespace {

constexpr std::size_t k_output_limit = 16UL * 1024 * 1024;

std::vector<char*> c_strings(const std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  // posix_spawn takes char* for historical reasons; it does not write to it.
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));  // NOLINT
  out.push_back(nullptr);
  return out;
}

/// Owns the two structures of posix_spawn.
class SpawnPlan {
 public:
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&m_actions);
    ::posix_spawnattr_init(&m_attributes);
    sigset_t all{}, none{};
    ::sigfillset(&all);
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&m_attributes, &all);
    ::posix_spawnattr_setsigmask(&m_attributes, &none);
    ::posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&m_actions);
    ::posix_spawnattr_destroy(&m_attributes);
  }

  /// Maps the descriptors through high numbers first, so that no dup2 overwrites a later source.
  void map(const std::vector<std::pair<int, int>>& descriptors) {
    int highest = 2;
    for (const auto& [from, to] : descriptors) highest = std::max(highest, to);
    for (const auto& [from, to] : descriptors) {
      m_parked.emplace_back(::fcntl(from, F_DUPFD_CLOEXEC, highest + 1));
    }
    for (int standard = 0; standard <= 2; ++standard) {
      const bool named = std::any_of(descriptors.begin(), descriptors.end(),
                                     [&](const auto& pair) { return pair.second == standard; });
      if (!named) {
        ::posix_spawn_file_actions_addopen(&m_actions, standard, "/dev/null", O_RDWR, 0);
      }
    }
    std::vector<bool> used(static_cast<std::size_t>(highest) + 1, false);
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
      ::posix_spawn_file_actions_adddup2(&m_actions, m_parked[i].get(), descriptors[i].second);
      used[static_cast<std::size_t>(descriptors[i].second)] = true;
    }
    for (int fd = 3; fd <= highest; ++fd) {
      if (!used[static_cast<std::size_t>(fd)]) {
        ::posix_spawn_file_actions_addclose(&m_actions, fd);
      }
    }
    // libmariadb's sockets are not close-on-exec: a child that inherits one keeps the lock alive.
    ::posix_spawn_file_actions_addclosefrom_np(&m_actions, highest + 1);
  }

  pid_t start(const SpawnOptions& options) {
    if (!options.directory.empty()) {
      ::posix_spawn_file_actions_addchdir_np(&m_actions, options.directory.c_str());
    }
    if (options.new_session) {
      ::posix_spawnattr_setflags(
          &m_attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    }
    auto argv = c_strings(options.argv);
    auto environment = c_strings(options.environment);
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, argv[0], &m_actions, &m_attributes, argv.data(),
                                     options.environment.empty() ? environ : environment.data());
    if (error != 0) {
      throw Error(error == ENOENT ? ExitStatus::no_input : ExitStatus::internal,
                  fmt::format("cannot start {}: {}", options.argv[0], std::strerror(error)));
    }
    return pid;
  }

 private:
  posix_spawn_file_actions_t m_actions{};
  posix_spawnattr_t m_attributes{};
  std::vector<Fd> m_parked;
};

Pipe needed_pipe() {
  if (auto pipe = make_pipe()) return std::move(*pipe);
  throw Error(ExitStatus::internal, fmt::format("cannot create a pipe: {}", std::strerror(errno)));
}

/// Reads once; closes the pipe at end of file. @returns whether there may be more
bool drain(Fd& pipe, std::string& into) {
  std::array<char, 65536> chunk{};
  const ssize_t n = ::read(pipe.get(), chunk.data(), chunk.size());
  if (n < 0 && errno == EINTR) return true;
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) {
    pipe.reset();
    return false;
  }
  const std::size_t room = k_output_limit - std::min(k_output_limit, into.size());
  into.append(chunk.data(), std::min(room, static_cast<std::size_t>(n)));
  return true;
}

/// Whether the child has ended; it is not reaped.
bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid;
}

void feed(Fd& pipe, const std::string& input, std::size_t& written) {
  const ssize_t n = ::write(pipe.get(), input.data() + written, input.size() - written);
  if (n > 0) written += static_cast<std::size_t>(n);
  const bool gone = n < 0 && errno != EINTR && errno != EAGAIN;  // input not read: fine
  if (gone || written == input.size()) pipe.reset();
}

}  // namespace

pid_t spawn(const SpawnOptions& options) {
  if (options.argv.empty() || options.argv[0].empty()) {
    throw Error(ExitStatus::internal, "no program to start");
  }
  SpawnPlan plan;
  plan.map(options.descriptors);
  return plan.start(options);
}

Finished run_process(const SpawnOptions& options, const std::string& input,
                     std::chrono::milliseconds limit) {
  Pipe in = needed_pipe(), out = needed_pipe(), err = needed_pipe();
  SpawnOptions wired = options;
  wired.descriptors.insert(wired.descriptors.end(),
                           {{in.read.get(), 0}, {out.write.get(), 1}, {err.write.get(), 2}});
  const pid_t pid = spawn(wired);
  in.read.reset();
  out.write.reset();
  err.write.reset();
  ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
  if (input.empty()) in.write.reset();

  for (const Fd* pipe : {&out.read, &err.read}) ::fcntl(pipe->get(), F_SETFL, O_NONBLOCK);

  Finished finished;
  std::size_t written = 0;
  const Deadline deadline = Deadline::in(limit);
  while (!has_ended(pid)) {
    if (deadline.has_passed()) {
      finished.timed_out = true;
      ::kill(pid, SIGKILL);
      break;
    }
    std::array<pollfd, 3> fds{
        {{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}, {in.write.get(), POLLOUT, 0}}};
    // The output usually ends a moment before the child does.
    const int wait_ms = out.read || err.read ? 20 : 1;
    ::poll(fds.data(), fds.size(), wait_ms);
    if (fds[0].revents != 0) drain(out.read, finished.out);
    if (fds[1].revents != 0) drain(err.read, finished.err);
    if (in.write && fds[2].revents != 0) feed(in.write, input, written);
  }
  // What the child wrote is already in the pipes. Output of other processes that keep the pipes
  // open is not the child's.
  while (out.read && finished.out.size() < k_output_limit && drain(out.read, finished.out)) {
  }
  while (err.read && finished.err.size() < k_output_limit && drain(err.read, finished.err)) {
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  finished.exit_status = exit_status_of(status);
  return finished;
}

int exit_status_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
  return WEXITSTATUS(wait_status);
}

std::string shell_quoted(const std::string& word) {
  return "'" + replace_all(word, "'", "'\\''") + "'";
}

}  // namespace upkeep
