// SPDX-License-Identifier: MIT
// The supervisor's end: starts a guardian and talks to it.
#pragma once

#include "base/boot_time.hpp"
#include "base/fd.hpp"
#include "guard/loop/message.hpp"
#include "guard/loop/spec.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace upkeep::guard {

/// One guardian process. Nothing here blocks for long, and a guardian that has exited never causes
/// SIGPIPE or an exception: receive() reports it. Destroying the object only closes the socket,
/// which tells the guardian that the supervisor has ended.
class Guardian {
 public:
  /// Starts `ws-guardian`, which find_helper() locates.
  /// @param slot_lock the open file description on which the supervisor holds the host lock; the
  ///   guardian and the command keep it locked, so the supervisor may close its own afterwards
  /// @param log opened for appending. @param hooks_log may be invalid if there are no hooks
  /// @param binary another program to start, for tests
  /// @throws Error(internal) if it cannot be started
  static Guardian start(const Spec& spec, const Fd& slot_lock, const Fd& log, const Fd& hooks_log,
                        const std::filesystem::path& binary = {});

  Guardian(Guardian&& other) noexcept { *this = std::move(other); }
  Guardian& operator=(Guardian&& other) noexcept;
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;
  ~Guardian();

  /// For poll(2) with POLLIN.
  [[nodiscard]] int fd() const noexcept { return m_socket.get(); }
  /// Our child: the guardian, or under policy kill its reaper (Status::pid is always the guardian).
  [[nodiscard]] pid_t pid() const noexcept { return m_pid; }

  /// The next message; nullopt: none now. Call it until then. `gone` is the last message, and is
  /// returned by every later call; the child has been reaped then.
  std::optional<Message> receive();

  /// Reports a renewal of the lease. @param asked_at a time before the renewal was sent
  void renewed(BootTime asked_at);
  /// SIGTERM to the command's group, SIGKILL after the grace time; a second call sends SIGKILL.
  void stop();
  /// SIGKILL at once.
  void kill();
  /// Runs the `after` hook. Call it once, after `ended`; answered by `hook_ended`.
  /// @throws Error(internal) if argv is too long for a message or not UTF-8
  void after(const std::vector<std::string>& argv);
  /// Dismisses the guardian, because everything is recorded; answered by `gone`, or by `lingering`
  /// while descendants hold the host lock.
  void done();

 private:
  Guardian(Fd socket, pid_t pid) : m_socket(std::move(socket)), m_pid(pid) {}
  void send(const Order& order);
  void reap() noexcept;

  Fd m_socket;
  pid_t m_pid = -1;
  bool m_reaped = false;
  int m_exit_status = 0;
};

}  // namespace upkeep::guard
