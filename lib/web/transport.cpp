// SPDX-License-Identifier: MIT
#include "web/transport.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace upkeep::web {

namespace {

/// Headers that prove who somebody is: for the web server alone.
constexpr std::array<std::string_view, 3> k_credentials{"authorization", "cookie",
                                                        "proxy-authorization"};
constexpr std::size_t k_read_away_at_once = 65536;

bool is_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

/// `address` without scheme and host, which a client may send as well.
std::string_view without_host(std::string_view address) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (lower(address.substr(0, scheme.size())) != scheme) continue;
    const auto slash = address.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : address.substr(slash);
  }
  return address;
}

/// The path below the base; empty if it is not.
std::string_view below(std::string_view path, std::string_view base) {
  if (!path.starts_with(base)) return {};
  path.remove_prefix(base.size());
  if (path.empty()) return "/";
  return path.front() == '/' ? path : std::string_view{};
}

/// `HTTP_IF_NONE_MATCH` -> `if-none-match`.
std::string header_name(std::string_view variable) {
  std::string name = lower(variable);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void read_headers(const Variables& variables, Request& request) {
  constexpr std::string_view k_prefix = "HTTP_";
  for (auto one = variables.lower_bound(k_prefix);
       one != variables.end() && one->first.starts_with(k_prefix); ++one) {
    std::string name = header_name(std::string_view(one->first).substr(k_prefix.size()));
    const bool secret =
        std::find(k_credentials.begin(), k_credentials.end(), name) != k_credentials.end();
    if (!secret) request.headers[std::move(name)] = one->second;
  }
}

std::string variable(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

/// Reads no more than `length` bytes of a body.
BodyReader limited(BodyReader body, std::uint64_t length) {
  return [body = std::move(body), left = length](char* to, std::size_t size) mutable {
    const std::size_t got =
        left == 0 ? 0 : body(to, static_cast<std::size_t>(std::min<std::uint64_t>(size, left)));
    left -= got;
    return got;
  };
}

/// A line break in a header would begin another one.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return is_control(c) && c != ' '; }, ' ');
  return out;
}

/// A web server that cannot deliver the whole body may lose the answer.
void read_away(const Request& request) {
  const bool is_sent = request.content_length || request.header("transfer-encoding");
  if (!is_sent || !request.read_body) return;
  std::string piece(k_read_away_at_once, '\0');
  while (request.read_body(piece.data(), piece.size()) > 0) {
  }
}

bool may_have_body(int status) {
  return status != 204 && status != 304;
}

}  // namespace

void set_address(Request& request, std::string_view address, std::string_view base,
                 BaseIs base_is) {
  address = without_host(address);
  if (address.empty() || address.front() != '/' ||
      std::any_of(address.begin(), address.end(), is_control) || !is_utf8(address)) {
    throw Refusal("request", "the address is malformed");
  }
  const auto mark = address.find('?');
  const std::string_view path = address.substr(0, mark);
  const std::string_view inside = below(path, base);
  if (inside.empty() && base_is == BaseIs::required) {
    throw Refusal("unknown", fmt::format("the address is not below {}", base));
  }
  request.path = inside.empty() ? path : inside;
  if (address.size() > k_longest_address) {
    throw Refusal("length",
                  fmt::format("the address is longer than {} characters", k_longest_address));
  }
  request.query = mark == std::string_view::npos ? "" : address.substr(mark + 1);
}

void read_request(const Variables& variables, std::string_view base, BodyReader body,
                  Request& request) {
  request.method = variable(variables, "REQUEST_METHOD");
  request.id = variable(variables, "UNIQUE_ID");
  if (std::string user = variable(variables, "REMOTE_USER"); !user.empty()) {
    request.user = std::move(user);
  }
  read_headers(variables, request);
  if (std::string type = variable(variables, "CONTENT_TYPE"); !type.empty()) {
    request.headers["content-type"] = std::move(type);
  }
  const std::string length = variable(variables, "CONTENT_LENGTH");
  const bool is_number =
      std::all_of(length.begin(), length.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto bytes = is_number ? to_integer(length) : std::nullopt;
  if (bytes) {
    request.content_length = static_cast<std::uint64_t>(*bytes);
    request.headers["content-length"] = length;
    request.read_body = limited(std::move(body), *request.content_length);
  } else if (length.empty()) {
    request.read_body = std::move(body);
  }
  set_address(request, variable(variables, "REQUEST_URI"), base, BaseIs::required);
  if (!length.empty() && !bytes) {
    throw Refusal("request", "Content-Length is not a number");
  }
}

void write_cgi(const Response& response, bool head_only, const Sink& out) {
  std::string head =
      fmt::format("Status: {} {}\n", response.status, reason_phrase(response.status));
  const bool has_body = may_have_body(response.status);
  if (!response.type.empty() && has_body) {
    head += fmt::format("Content-Type: {}\n", one_line(response.type));
  }
  for (const auto& one : response.headers) {
    head += fmt::format("{}: {}\n", one_line(one.first), one_line(one.second));
  }
  if (has_body && !response.stream)
    head += fmt::format("Content-Length: {}\n", response.body.size());
  out(head + '\n');
  if (head_only || !has_body) return;
  if (response.stream) {
    response.stream(out);
  } else if (!response.body.empty()) {
    out(response.body);
  }
}

int serve_one(const Variables& variables, std::string_view base, BodyReader body,
              const Handler& handler, const Sink& out) {
  Request request;
  std::optional<Refusal> fault;
  try {
    read_request(variables, base, std::move(body), request);
  } catch (const Refusal& refusal) {
    fault = refusal;
  }
  const Response response = handler(request, fault ? &*fault : nullptr);
  write_cgi(response, request.method == "HEAD", out);
  return response.status;
}

BodyReader body_from(int fd) {
  return [fd](char* to, std::size_t size) -> std::size_t {
    for (;;) {
      const ssize_t got = ::read(fd, to, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return 0;  // shorter than announced
    }
  };
}

int serve_cgi(const Variables& variables, int in, int out, std::string_view base,
              const Handler& handler) {
  Writer writer(out);
  const Handler careful = [&](const Request& request, const Refusal* fault) {
    Response response = handler(request, fault);
    read_away(request);
    return response;
  };
  const int status = serve_one(variables, base, body_from(in), careful,
                               [&](std::string_view text) { writer.write(text); });
  writer.flush();
  return status;
}

bool is_listening_socket(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

}  // namespace upkeep::web
