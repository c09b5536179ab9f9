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

/// One guardian process. Nothing here blocks for long, and a guardian that is gone never raises
/// SIGPIPE or an exception: receive() says so once it is. Destroying the object only closes the
/// socket, which the guardian takes as the supervisor's end.
class Guardian {
 public:
  /// Starts `ws-guardian`, found where find_helper() looks.
  /// @param slot_lock the open file description on which the supervisor holds the host lock; the
  ///   guardian and the command keep it locked, so the supervisor may close its own afterwards
  /// @param log opened for appending; @param hooks_log may be none where there are no hooks
  /// @param binary the program to start, where it lies elsewhere (tests)
  /// @throws Error(internal) when it cannot be started
  static Guardian start(const Spec& spec, const Fd& slot_lock, const Fd& log, const Fd& hooks_log,
                        const std::filesystem::path& binary = {});

  Guardian(Guardian&& other) noexcept { *this = std::move(other); }
  Guardian& operator=(Guardian&& other) noexcept;
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;
  ~Guardian();

  /// To poll for POLLIN.
  [[nodiscard]] int fd() const noexcept { return m_socket.get(); }
  /// Our child: the guardian, or under policy kill the process above it (Status::pid is the
  /// guardian in any case).
  [[nodiscard]] pid_t pid() const noexcept { return m_pid; }

  /// The next message; nullopt: none now. Call until then. `gone` comes last and comes again when
  /// asked again; the child is reaped by then.
  std::optional<Message> receive();

  /// The lease was renewed. @param asked_at from before the successful renewal was sent
  void renewed(BootTime asked_at);
  /// SIGTERM to the command's group, SIGKILL after the grace time; at once when called again.
  void stop();
  /// SIGKILL at once.
  void kill();
  /// Runs the `after` hook; once, after `ended`. Answered by `hook_ended`.
  /// @throws Error(internal) where argv is too long for a message or not UTF-8
  void after(const std::vector<std::string>& argv);
  /// All is recorded; answered by `gone`, or by `lingering` while descendants hold the host lock.
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
