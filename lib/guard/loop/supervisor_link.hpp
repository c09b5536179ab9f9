// SPDX-License-Identifier: MIT
// The guardian's end of the control socket. A supervisor that is frozen blocks nothing here.
#pragma once

#include "base/fd.hpp"
#include "guard/loop/message.hpp"

#include <deque>
#include <string>
#include <vector>

namespace upkeep::guard {

class SupervisorLink {
 public:
  explicit SupervisorLink(Fd socket);

  /// -1 once the supervisor is gone.
  [[nodiscard]] int fd() const { return m_socket.get(); }
  /// What to poll for.
  [[nodiscard]] short events() const;
  [[nodiscard]] bool gone() const { return !m_socket; }

  /// What has come since.
  std::vector<Order> receive();
  /// Sends it if that can be done now. @returns false where it can't: it is out of date soon anyway
  bool offer(const Message& message);
  /// Sends it now or as soon as that can be done.
  void send(const Message& message);
  /// Tries again.
  void flush();

 private:
  enum class Sent { yes, later, never };
  Sent try_send(const std::string& packet);

  Fd m_socket;
  std::deque<std::string> m_outbox;
  std::vector<char> m_buffer;
};

}  // namespace upkeep::guard
