// SPDX-License-Identifier: MIT
#include "guard/loop/supervisor_link.hpp"

#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

namespace upkeep::guard {

namespace {

/// The message as JSON, without the list of steps if it would be too large.
std::string packet_of(const Message& message) {
  std::string packet = message.to_json();
  if (packet.size() <= k_message_limit) return packet;
  Message smaller = message;
  smaller.status.steps.clear();
  return smaller.to_json();
}

}  // namespace

SupervisorLink::SupervisorLink(Fd socket)
    : m_socket(std::move(socket)), m_buffer(k_message_limit) {}

short SupervisorLink::events() const {
  return static_cast<short>(m_outbox.empty() ? POLLIN : POLLIN | POLLOUT);
}

std::vector<Order> SupervisorLink::receive() {
  std::vector<Order> orders;
  while (m_socket) {
    const ssize_t n = ::recv(m_socket.get(), m_buffer.data(), m_buffer.size(), MSG_DONTWAIT);
    // ECONNRESET is reported once, before packets that are still in the queue.
    if (n < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n <= 0) {
      m_socket.reset();
      break;
    }
    if (auto order = Order::from_json({m_buffer.data(), static_cast<std::size_t>(n)})) {
      orders.push_back(std::move(*order));
    }
  }
  return orders;
}

bool SupervisorLink::offer(const Message& message) {
  return m_outbox.empty() && try_send(packet_of(message)) == Sent::yes;
}

void SupervisorLink::send(const Message& message) {
  m_outbox.push_back(packet_of(message));
  flush();
}

void SupervisorLink::flush() {
  while (!m_outbox.empty() && try_send(m_outbox.front()) != Sent::later) m_outbox.pop_front();
}

SupervisorLink::Sent SupervisorLink::try_send(const std::string& packet) {
  for (;;) {
    if (!m_socket) return Sent::never;
    const ssize_t n =
        ::send(m_socket.get(), packet.data(), packet.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) return Sent::yes;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) return Sent::later;
    // EPIPE: earlier orders can still be read, and receive() then detects the end.
    if (errno != EINTR) return Sent::never;
  }
}

}  // namespace upkeep::guard
