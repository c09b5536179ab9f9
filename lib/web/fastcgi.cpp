// SPDX-License-Identifier: MIT
#include "web/fastcgi.hpp"

#include "base/error.hpp"
#include "base/interrupts.hpp"
#include "base/writer.hpp"

#include <fmt/format.h>

#include <fcgiapp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <exception>

#include <fcntl.h>
#include <poll.h>
#include <sys/time.h>

namespace upkeep::web {

namespace {

/// A web server that sends or takes nothing for so long has lost the request. Its own limits are
/// shorter.
constexpr int k_patience_s = 300;
/// It sends the variables at once.
constexpr int k_variables_s = 10;

void do_nothing(int /*signal*/) {}

void handle(int number, void (*action)(int)) {
  struct sigaction how {};
  how.sa_handler = action;  // without SA_RESTART: it interrupts
  ::sigaction(number, &how, nullptr);
}

/// libfcgi waits for ever, but gives up a connection when a signal interrupts it.
class Patience {
 public:
  explicit Patience(int seconds) { set(seconds); }
  ~Patience() { set(0); }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  static void set(int seconds) {
    // Again every second, in case the first one arrives just before the wait.
    const itimerval when{.it_interval = {.tv_sec = seconds > 0 ? 1 : 0, .tv_usec = 0},
                         .it_value = {.tv_sec = seconds, .tv_usec = 0}};
    ::setitimer(ITIMER_REAL, &when, nullptr);
  }
};

/// The request that a connection carries, and the connection.
class FcgiRequest {
 public:
  explicit FcgiRequest(int listening) { FCGX_InitRequest(&m_request, listening, 0); }
  ~FcgiRequest() { drop(); }
  FcgiRequest(const FcgiRequest&) = delete;
  FcgiRequest& operator=(const FcgiRequest&) = delete;

  /// Accepts a request; false if there is none any more, or it was not one.
  bool accept() {
    const Patience patience(k_variables_s);
    const int error = -FCGX_Accept_r(&m_request);
    if (error == 0) return true;
    drop();
    if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED) {
      return false;
    }
    throw Error(ExitStatus::unavailable,
                fmt::format("cannot accept a FastCGI connection: {}", std::strerror(error)));
  }

  [[nodiscard]] Variables variables() const {
    Variables found;
    for (char** one = m_request.envp; one != nullptr && *one != nullptr; ++one) {
      const std::string_view text(*one);
      const auto equals = text.find('=');
      if (equals == std::string_view::npos) continue;
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return found;
  }

  [[nodiscard]] std::size_t read(char* to, std::size_t size) const {
    const Patience patience(k_patience_s);
    const int got =
        FCGX_GetStr(to, static_cast<int>(std::min<std::size_t>(size, INT_MAX)), m_request.in);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

  void write(std::string_view text) const {
    const Patience patience(k_patience_s);
    while (!text.empty()) {
      const auto size = std::min<std::size_t>(text.size(), INT_MAX);
      if (FCGX_PutStr(text.data(), static_cast<int>(size), m_request.out) < 0) throw BrokenPipe{};
      text.remove_prefix(size);
    }
  }

  /// Ends the answer, and the connection.
  void finish() {
    const Patience patience(k_patience_s);
    FCGX_Finish_r(&m_request);
    drop();
  }

  /// Ends the connection without the end of the answer.
  void drop() { FCGX_Free(&m_request, 1); }

 private:
  FCGX_Request m_request{};
};

void serve_accepted(FcgiRequest& connection, std::string_view base, const Handler& handler) {
  try {
    serve_one(
        connection.variables(), base,
        [&](char* to, std::size_t size) { return connection.read(to, size); }, handler,
        [&](std::string_view text) { connection.write(text); });
    connection.finish();
  } catch (const BrokenPipe&) {
    connection.drop();
  } catch (const std::exception&) {  // of a stream, which has reported it
    connection.drop();
  }
}

}  // namespace

void serve_fastcgi(int listening, const std::function<std::string()>& base, std::size_t most,
                   const Handler& handler) {
  // Signals wait while a request is served. A connection that another process was quicker to accept
  // must not block this one.
  Interrupts interrupts;
  handle(SIGPIPE, SIG_IGN);
  handle(SIGALRM, do_nothing);
  ::fcntl(listening, F_SETFL, ::fcntl(listening, F_GETFL) | O_NONBLOCK);
  if (FCGX_Init() != 0) throw Error(ExitStatus::internal, "libfcgi failed");
  FcgiRequest connection(listening);
  for (std::size_t served = 0; served < most;) {
    std::array<pollfd, 2> ready{{{interrupts.fd(), POLLIN, 0}, {listening, POLLIN, 0}}};
    if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) {
      throw Error(ExitStatus::unavailable,
                  fmt::format("cannot wait for a connection: {}", std::strerror(errno)));
    }
    if (ready[0].revents != 0) {
      while (interrupts.take()) {  // else they are delivered once they are not blocked any more
      }
      return;
    }
    if (ready[1].revents == 0 || !connection.accept()) continue;
    serve_accepted(connection, base(), handler);
    ++served;
  }
}

}  // namespace upkeep::web
