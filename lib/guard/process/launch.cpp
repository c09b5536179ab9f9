// SPDX-License-Identifier: MIT
#include "guard/process/launch.hpp"

#include "base/pipe.hpp"
#include "base/program_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::guard {

namespace {

constexpr int k_pipe_bytes = 1024 * 1024;
/// The child's end of the report pipe: the first number above all descriptors that it inherits.
constexpr int k_report_fd = k_slot_lock_fd + 1;

/// What the child writes to the report pipe.
struct Failure {
  int step = 0;  ///< 0: chdir, 1: exec
  int error = 0;
};

std::string_view name_of(std::string_view assignment) {
  return assignment.substr(0, assignment.find('='));
}

std::vector<std::string> merged_environment(const std::vector<std::string>& additions) {
  std::vector<std::string> all = additions;
  for (char** own = environ; *own != nullptr; ++own) {
    const bool replaced = std::any_of(additions.begin(), additions.end(), [&](const auto& added) {
      return name_of(added) == name_of(*own);
    });
    if (!replaced) all.emplace_back(*own);
  }
  return all;
}

std::string search_path_of(const std::vector<std::string>& environment) {
  std::string path = k_default_search_path;
  for (const std::string& assignment : environment) {
    if (assignment.starts_with("PATH=")) path = assignment.substr(5);
  }
  return path;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

/// Everything that the child needs, prepared before the fork.
struct Prepared {
  std::vector<std::string> argv, environment, paths;
  std::vector<char*> argv_pointers, environment_pointers;
  const char* directory;
  mode_t umask;
  pid_t parent;  ///< 0: may outlive us
  int out, err, report;

  Prepared(const Program& program, int out_fd, int err_fd, int report_fd)
      : argv(program.argv),
        environment(merged_environment(program.environment)),
        paths(search_candidates(program.argv[0], search_path_of(environment))),
        argv_pointers(pointers(argv)),
        environment_pointers(pointers(environment)),
        directory(program.directory.empty() ? "/" : program.directory.c_str()),
        umask(static_cast<mode_t>(program.umask)),
        parent(program.dies_with_us ? ::getpid() : 0),
        out(out_fd),
        err(err_fd),
        report(report_fd) {}
};

void reset_signals() {
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  for (int signal_number = 1; signal_number < NSIG; ++signal_number) {
    ::sigaction(signal_number, &by_default, nullptr);
  }
  sigset_t none{};
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int exec_error(const Prepared& prepared) {
  int error = ENOENT;
  for (const std::string& path : prepared.paths) {
    ::execve(path.c_str(), prepared.argv_pointers.data(), prepared.environment_pointers.data());
    if (errno == EACCES) {
      error = EACCES;  // as in a shell: reported if no later directory has the program
    } else if (errno != ENOENT && errno != ENOTDIR) {
      return errno;
    }
  }
  return error;
}

/// The child, up to its exec.
[[noreturn]] void become(const Prepared& prepared) {
  ::setpgid(0, 0);
  if (prepared.parent != 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != prepared.parent) ::_exit(128 + SIGKILL);  // the parent has died already
  }
  ::dup2(prepared.out, STDOUT_FILENO);
  ::dup2(prepared.err, STDERR_FILENO);
  ::dup2(prepared.report, k_report_fd);  // last: one of the others may have had that number
  ::fcntl(k_report_fd, F_SETFD, FD_CLOEXEC);
  ::close(3);  // the control socket
  ::fcntl(k_slot_lock_fd, F_SETFD, 0);
  ::close_range(k_report_fd + 1, ~0U, 0);
  ::umask(prepared.umask);
  Failure failure;
  if (::chdir(prepared.directory) != 0) {
    failure = {0, errno};
  } else {
    reset_signals();
    failure = {1, exec_error(prepared)};
  }
  const ssize_t ignored = ::write(k_report_fd, &failure, sizeof failure);
  ::_exit(ignored >= 0 && failure.error == EACCES ? 126 : 127);
}

}  // namespace

Launched launch(const Program& program) {
  Launched launched;
  auto out = make_pipe(), err = make_pipe(), report = make_pipe();
  if (!out || !err || !report) {
    launched.error = fmt::format("cannot start {}: {}", program.argv[0], std::strerror(errno));
    return launched;
  }
  // Only our ends: those of the command must block.
  for (const Pipe* pipe : {&*out, &*err, &*report}) {
    ::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK);
  }
  // A larger pipe means fewer wake-ups; if the system's limit forbids it, the default will do.
  ::fcntl(out->write.get(), F_SETPIPE_SZ, k_pipe_bytes);
  ::fcntl(err->write.get(), F_SETPIPE_SZ, k_pipe_bytes);
  const Prepared prepared(program, out->write.get(), err->write.get(), report->write.get());
  const pid_t pid = ::fork();
  if (pid == 0) become(prepared);
  if (pid < 0) {
    launched.error = fmt::format("cannot start {}: {}", program.argv[0], std::strerror(errno));
    return launched;
  }
  ::setpgid(pid, pid);  // the child does this as well: whichever comes first
  launched.pid = pid;
  launched.out = std::move(out->read);
  launched.err = std::move(err->read);
  launched.report = std::move(report->read);
  return launched;
}

LaunchError read_report(const Fd& report, const Program& program) {
  Failure failure;
  if (::read(report.get(), &failure, sizeof failure) != sizeof failure) return {};
  const char* reason = std::strerror(failure.error);
  if (failure.step == 0) {
    return {fmt::format("cannot enter {}: {}", program.directory, reason),
            failure.error == EACCES ? 126 : 127};
  }
  const bool found = failure.error == EACCES || failure.error == ENOEXEC;
  return {fmt::format("cannot start {}: {}", program.argv[0], reason), found ? 126 : 127};
}

}  // namespace upkeep::guard
