// SPDX-License-Identifier: MIT
// Watches the server's part of the handshake, and ends the connection before the client library can
// send the password unprotected: Connector/C++ 1.1 has no option for that.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace upkeep::db {

/// Anything but `nothing` has ended the connection, without a reply to the server.
enum class HandshakeFault { nothing, no_tls, clear_text };

/// Parses the server's packets of one connection until it accepts or rejects us. Uses no socket.
class HandshakeReader {
 public:
  explicit HandshakeReader(bool needs_tls) : m_needs_tls(needs_tls) {}

  /// Consumes received bytes. @param encrypted whether TLS is active
  /// @returns the fault found in them; reported once
  HandshakeFault take(std::string_view bytes, bool encrypted);

 private:
  HandshakeFault packet(std::string_view payload, bool encrypted);

  bool m_needs_tls;
  bool m_greeted = false;
  bool m_done = false;
  std::string m_buffer;
};

/// Watches connections that the current thread makes during its lifetime.
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
