// SPDX-License-Identifier: MIT
// A run under the real guardian: directory, slot lock, logs, and waiting for what it says.
#pragma once

#include "base/boot_time.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "boot_times.hpp"
#include "guard/loop/client.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/wait.h>

namespace upkeep::test {

using namespace std::chrono_literals;

/// Waits until `holds` does. @returns whether it did in time
inline bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit = 10s) {
  const Deadline end = Deadline::in(limit);
  while (!holds()) {
    if (end.has_passed()) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

inline bool alive(pid_t pid) {
  if (pid <= 0) return false;
  if (::kill(pid, 0) != 0) return false;
  // Our own zombie is dead.
  try {
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    return stat.find(") Z") == std::string::npos;
  } catch (const Error&) {
    return false;
  }
}

class Run {
 public:
  using Kind = guard::Message::Kind;

  Run() {
    std::string pattern = std::filesystem::temp_directory_path() / "guard-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory");
    directory = pattern;
    lock = open_lock_file(directory / "slot.lock");
    if (!try_lock(lock)) throw std::runtime_error("no lock");
    log = open_for_append(directory / "log", 0640);
    hooks_log = open_for_append(directory / "hooks.log", 0640);
    spec.run = 7;
    spec.workspace = "acme";
    spec.epoch = 3;
    spec.grace = 2s;
    spec.status_path = directory / "7.json";
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    for (const pid_t pid : doomed) ::kill(pid, SIGKILL);
    if (guardian) {
      guardian->kill();
      guardian->done();
      while (wait_for(Kind::gone, 3s).kind != Kind::gone) ::kill(guardian->pid(), SIGKILL);
    }
    std::filesystem::remove_all(directory);
  }

  /// Starts the guardian over `sh -c script`.
  void start(const std::string& script) {
    spec.argv = {"/bin/sh", "-c", script};
    start();
  }
  void start() {
    guardian.emplace(guard::Guardian::start(spec, lock, log, hooks_log, binary()));
    lock.reset();  // the guardian has it now
  }

  /// The next message of this kind, others passed over (`gone` is never passed over).
  guard::Message wait_for(Kind kind, std::chrono::milliseconds limit = 20s) {
    const Deadline end = Deadline::in(limit);
    for (;;) {
      while (auto message = guardian->receive()) {
        if (message->kind == Kind::status) statuses.push_back(message->status);
        if (message->kind == kind || message->kind == Kind::gone) return *message;
      }
      if (end.has_passed()) return {};  // a status
      pollfd set{guardian->fd(), POLLIN, 0};
      ::poll(&set, 1, poll_timeout(end.left()));
    }
  }
  /// The verdict, from the socket; an empty one where none came.
  guard::Verdict verdict() {
    const guard::Message message = wait_for(Kind::ended);
    last = message.status;
    guard::Verdict none;
    none.exit_status = -1;
    none.spawn_error = "no verdict";
    return message.status.verdict.value_or(none);
  }
  /// Says done and waits for the guardian's end.
  guard::Message finish() {
    guardian->done();
    return wait_for(Kind::gone);
  }

  /// Whether nobody holds the slot lock.
  [[nodiscard]] bool lock_is_free() const {
    return try_lock(open_lock_file(directory / "slot.lock"));
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    const auto path = directory / name;
    return std::filesystem::exists(path) ? read_file(path) : std::string();
  }
  /// The number in a file that a script writes; 0 until then.
  [[nodiscard]] pid_t pid_in(const std::string& name) const {
    const std::string number = text(name);
    return number.ends_with('\n') ? static_cast<pid_t>(std::stol(number)) : 0;
  }
  [[nodiscard]] pid_t wait_for_pid(const std::string& name) {
    eventually([&] { return pid_in(name) > 0; });
    doomed.push_back(pid_in(name));
    return doomed.back();
  }
  [[nodiscard]] std::string path(const std::string& name) const { return directory / name; }
  [[nodiscard]] std::optional<guard::Status> saved() const {
    return guard::read_status(spec.status_path);
  }

  static std::filesystem::path binary() {
    const char* bin = std::getenv("UPKEEP_BIN");
    return std::filesystem::path(bin != nullptr ? bin : UPKEEP_BINARY_DIR) / "ws-guardian";
  }

  std::filesystem::path directory;
  Fd lock, log, hooks_log;
  guard::Spec spec;
  std::optional<guard::Guardian> guardian;
  std::vector<guard::Status> statuses;
  guard::Status last;
  std::vector<pid_t> doomed;  ///< killed at the end, whatever the test comes to
};

}  // namespace upkeep::test
