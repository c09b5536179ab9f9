// SPDX-License-Identifier: MIT
// Watches what a server says before it lets us in, and ends the connection before the client
// library answers where the answer would tell the password: Connector/C++ 1.1 has no option for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace upkeep::db {

/// What was met; anything but `nothing` has ended the connection, with nothing sent that the server
/// asked for.
enum class HandshakeFault { nothing, no_tls, clear_text };

/// The server's packets up to its verdict, one connection's. Pure: knows no socket.
class HandshakeReader {
 public:
  explicit HandshakeReader(bool needs_tls) : m_needs_tls(needs_tls) {}

  /// Takes what came. @param encrypted whether TLS is up
  /// @returns the problem with it, once
  HandshakeFault take(std::string_view bytes, bool encrypted);

 private:
  HandshakeFault packet(std::string_view payload, bool encrypted);

  bool m_needs_tls;
  bool m_greeted = false;
  bool m_done = false;
  std::string m_buffer;
};

/// In the thread that connects, for as long as it lives.
class HandshakeWatch {
 public:
  explicit HandshakeWatch(bool needs_tls);
  ~HandshakeWatch();
  HandshakeWatch(const HandshakeWatch&) = delete;
  HandshakeWatch& operator=(const HandshakeWatch&) = delete;

  [[nodiscard]] HandshakeFault fault() const { return m_fault; }

 private:
  static void on_traffic(int mode, void* mysql, const unsigned char* buffer, std::size_t length);

  HandshakeReader m_reader;
  HandshakeFault m_fault = HandshakeFault::nothing;
};

}  // namespace upkeep::db
