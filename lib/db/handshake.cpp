// SPDX-License-Identifier: MIT
#include "db/handshake.hpp"

#include <algorithm>
#include <mutex>

#include <sys/socket.h>
#include <sys/types.h>

// From MariaDB's client library, which Connector/C++ uses. Weak, because another library may lack
// the first function; such a library refuses a server without TLS itself.
extern "C" {
using upkeep_traffic_callback = void (*)(int, void*, const unsigned char*, std::size_t);
[[gnu::weak]] int ma_pvio_register_callback(char, upkeep_traffic_callback);
[[gnu::weak]] int mysql_get_socket(void*);
[[gnu::weak]] const char* mysql_get_ssl_cipher(void*);
}

namespace upkeep::db {

namespace {

constexpr std::size_t k_header = 4;
constexpr unsigned char k_protocol = 10, k_switch = 0xfe, k_error = 0xff, k_ok = 0;
constexpr unsigned k_tls = 0x0800;  // CLIENT_SSL, among the greeting's first 16 capability bits
/// Far more than a server sends before it accepts or rejects the client.
constexpr std::size_t k_longest = 64UL * 1024;

unsigned byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// The plugins that send the password in clear text.
bool sends_password(std::string_view plugin) {
  return plugin == "mysql_clear_password" || plugin == "dialog";
}

struct Greeting {
  bool tls = false;
  std::string plugin;
};

/// A greeting that cannot be parsed offers nothing.
Greeting read_greeting(std::string_view payload) {
  Greeting greeting;
  const auto version_end = payload.find('\0', 1);
  if (version_end == std::string_view::npos) return greeting;
  constexpr std::size_t k_thread_and_scramble = 4 + 8 + 1;
  const std::size_t flags = version_end + 1 + k_thread_and_scramble;
  if (payload.size() < flags + 2) return greeting;
  greeting.tls = ((byte(payload, flags) | byte(payload, flags + 1) << 8U) & k_tls) != 0;
  const std::size_t length_at = flags + 7;  // after flags, character set, status, more flags
  if (payload.size() <= length_at) return greeting;
  const std::size_t rest = std::max<std::size_t>(13, std::max(byte(payload, length_at), 8U) - 8);
  const std::size_t plugin = length_at + 1 + 10 + rest;
  if (payload.size() > plugin) {
    greeting.plugin = payload.substr(plugin, payload.find('\0', plugin) - plugin);
  }
  return greeting;
}

thread_local HandshakeWatch* t_watch = nullptr;

}  // namespace

HandshakeFault HandshakeReader::take(std::string_view bytes, bool encrypted) {
  if (m_done) return HandshakeFault::nothing;
  m_buffer += bytes;
  while (!m_done && m_buffer.size() >= k_header) {
    const std::size_t length =
        byte(m_buffer, 0) | byte(m_buffer, 1) << 8U | byte(m_buffer, 2) << 16U;
    if (length > k_longest) {  // not a known greeting; later: rows of a result
      m_done = true;
      return m_needs_tls && !m_greeted ? HandshakeFault::no_tls : HandshakeFault::nothing;
    }
    if (m_buffer.size() < k_header + length) break;
    const auto fault = packet(std::string_view(m_buffer).substr(k_header, length), encrypted);
    if (fault != HandshakeFault::nothing) {
      m_done = true;
      return fault;
    }
    m_buffer.erase(0, k_header + length);
  }
  return HandshakeFault::nothing;
}

HandshakeFault HandshakeReader::packet(std::string_view payload, bool encrypted) {
  const unsigned first = payload.empty() ? k_protocol : byte(payload, 0);
  if (first == k_error) {
    m_done = true;  // the client does not reply to it
    return HandshakeFault::nothing;
  }
  if (!m_greeted) {
    m_greeted = true;
    const Greeting greeting = first == k_protocol ? read_greeting(payload) : Greeting{};
    if (m_needs_tls && !greeting.tls) return HandshakeFault::no_tls;
    // With TLS the reply is encrypted; without, it would contain the password unless that is empty.
    if (!m_needs_tls && sends_password(greeting.plugin)) return HandshakeFault::clear_text;
    return HandshakeFault::nothing;
  }
  if (first == k_ok) m_done = true;
  if (first != k_switch) return HandshakeFault::nothing;
  const std::string_view plugin = payload.substr(1, payload.find('\0', 1) - 1);
  return !encrypted && sends_password(plugin) ? HandshakeFault::clear_text
                                              : HandshakeFault::nothing;
}

HandshakeWatch::HandshakeWatch(bool needs_tls) : m_reader(needs_tls) {
  static std::once_flag once;
  if (ma_pvio_register_callback != nullptr && mysql_get_socket != nullptr) {
    std::call_once(once, [] { ma_pvio_register_callback(1, &HandshakeWatch::on_traffic); });
  }
  t_watch = this;
}

HandshakeWatch::~HandshakeWatch() {
  t_watch = nullptr;
}

void HandshakeWatch::on_traffic(int mode, void* mysql, const unsigned char* buffer,
                                std::size_t length) {
  const auto count = static_cast<ssize_t>(length);  // -1 on failure
  HandshakeWatch* watch = t_watch;
  if (watch == nullptr || mode != 0 || count <= 0) return;
  const bool encrypted = mysql_get_ssl_cipher != nullptr && mysql_get_ssl_cipher(mysql) != nullptr;
  const auto fault = watch->m_reader.take({reinterpret_cast<const char*>(buffer), length},
                                          encrypted);  // NOLINT: reads raw bytes
  if (fault == HandshakeFault::nothing) return;
  watch->m_fault = fault;
  ::shutdown(mysql_get_socket(mysql), SHUT_RDWR);  // the library's reply is not sent
}

}  // namespace upkeep::db
