// SPDX-License-Identifier: MIT
// The guardian's end of the control socket. A frozen supervisor does not block anything here.
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

  /// The socket; -1 once the supervisor is gone.
  [[nodiscard]] int fd() const { return m_socket.get(); }
  /// The events to poll for.
  [[nodiscard]] short events() const;
  [[nodiscard]] bool gone() const { return !m_socket; }

  /// The orders received since the last call.
  std::vector<Order> receive();
  /// Sends the message if that is possible at once, else drops it. @returns whether it was sent
  bool offer(const Message& message);
  /// Sends the message now or as soon as possible.
  void send(const Message& message);
  /// Tries to send waiting messages.
  void flush();

 private:
  enum class Sent { yes, later, never };
  Sent try_send(const std::string& packet);

  Fd m_socket;
  std::deque<std::string> m_outbox;
  std::vector<char> m_buffer;
};

}  // namespace upkeep::guard
