// SPDX-License-Identifier: MIT
#include "web/fastcgi_client.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

#include <fastcgi.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace upkeep::web {

namespace {

using Clock = std::chrono::steady_clock;
constexpr char k_request = 1;  // the number of our only request

std::string record(int type, const std::string& content) {
  std::string out;
  constexpr unsigned k_byte = 0xFFU;
  const auto size = static_cast<unsigned>(content.size());
  for (const char one :
       {static_cast<char>(FCGI_VERSION_1), static_cast<char>(type), '\0', k_request,
        static_cast<char>(size >> 8U), static_cast<char>(size & k_byte), '\0', '\0'}) {
    out += one;
  }
  return out + content;
}

/// @pre both are shorter than 128 bytes
std::string parameter(std::string_view name, std::string_view value) {
  return fmt::format("{}{}{}{}", static_cast<char>(name.size()), static_cast<char>(value.size()),
                     name, value);
}

std::string request_for(const std::string& path) {
  const std::string begin{'\0', static_cast<char>(FCGI_RESPONDER), '\0', '\0', '\0', '\0', '\0',
                          '\0'};
  return record(FCGI_BEGIN_REQUEST, begin) +
         record(FCGI_PARAMS, parameter("REQUEST_METHOD", "GET") + parameter("REQUEST_URI", path) +
                                 parameter("SERVER_PROTOCOL", "HTTP/1.1")) +
         record(FCGI_PARAMS, {}) + record(FCGI_STDIN, {});
}

class Call {
 public:
  Call(const std::filesystem::path& socket, std::chrono::milliseconds limit)
      : m_where(socket.string()), m_until(Clock::now() + limit) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (m_where.size() >= sizeof address.sun_path) fail("its path is too long for a socket");
    std::memcpy(&address.sun_path, m_where.c_str(), m_where.size());
    m_socket.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto* as_any = reinterpret_cast<const sockaddr*>(&address);  // NOLINT: the interface
    if (!m_socket || ::connect(m_socket.get(), as_any, sizeof address) != 0) {
      const int error = errno;
      if (error == EACCES || error == EPERM) {
        throw Error(ExitStatus::not_permitted,
                    fmt::format("{}: {}", m_where, std::strerror(error)));
      }
      fail(error == EAGAIN ? "too many requests are waiting" : std::strerror(error));
    }
  }

  void send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(m_socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        text.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno == EAGAIN) {
        wait_for(POLLOUT);
      } else if (errno != EINTR) {
        fail(std::strerror(errno));
      }
    }
  }

  /// The next `size` bytes.
  std::string receive(std::size_t size) {
    while (m_read.size() < size) {
      std::array<char, 4096> some{};
      const ssize_t got = ::recv(m_socket.get(), some.data(), some.size(), 0);
      if (got > 0) {
        m_read.append(some.data(), static_cast<std::size_t>(got));
      } else if (got == 0) {
        fail("the connection was closed before the answer ended");
      } else if (errno == EAGAIN) {
        wait_for(POLLIN);
      } else if (errno != EINTR) {
        fail(std::strerror(errno));
      }
    }
    std::string text = m_read.substr(0, size);
    m_read.erase(0, size);
    return text;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ExitStatus::unavailable, fmt::format("{}: {}", m_where, why));
  }

  void wait_for(short what) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(m_until - Clock::now());
    pollfd one{m_socket.get(), what, 0};
    if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0) {
      fail("there was no answer in time");
    }
  }

  std::string m_where;
  Clock::time_point m_until;
  Fd m_socket;
  std::string m_read;
};

}  // namespace

FastCgiAnswer ask_fastcgi(const std::filesystem::path& socket, const std::string& path,
                          std::chrono::milliseconds limit) {
  Call call(socket, limit);
  call.send(request_for(path));
  std::string text;
  for (;;) {
    const std::string head = call.receive(FCGI_HEADER_LEN);
    const auto byte = [&](std::size_t at) {
      return std::size_t{static_cast<unsigned char>(head[at])};
    };
    constexpr std::size_t k_type = 1, k_length = 4, k_padding = 6;
    const std::size_t length = (byte(k_length) << 8U) + byte(k_length + 1);
    const std::string content = call.receive(length + byte(k_padding)).substr(0, length);
    if (byte(k_type) == FCGI_STDOUT) text += content;
    if (byte(k_type) == FCGI_END_REQUEST) break;
  }
  text = replace_all(text, "\r\n", "\n");  // both are used
  constexpr std::string_view k_end = "\n\n";
  const auto end = text.find(k_end);
  constexpr std::string_view k_status = "Status: ";
  constexpr std::size_t k_digits = 3;
  FastCgiAnswer answer{.status = 200, .body = {}};
  const std::string headers = text.substr(0, end);
  if (end != std::string::npos) answer.body = text.substr(end + k_end.size());
  if (const auto at = headers.find(k_status); at != std::string::npos) {
    const auto number = to_integer(headers.substr(at + k_status.size(), k_digits));
    answer.status = static_cast<int>(number.value_or(0));
  }
  return answer;
}

}  // namespace upkeep::web
