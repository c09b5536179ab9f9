// SPDX-License-Identifier: MIT
// One HTTP request, independent of how it arrived: by CGI, FastCGI or by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep::web {

/// Reads the next part of a body: at most `size` bytes; 0 at its end.
using BodyReader = std::function<std::size_t(char* to, std::size_t size)>;

struct Request {
  std::string method;                 ///< as sent; methods are case-sensitive
  std::string path;                   ///< below the base, still encoded: `/patches/4.4.0-1`
  std::string query;                  ///< without `?`, still encoded
  std::optional<std::string> user{};  ///< whom the web server has authenticated
  std::string id{};                   ///< the web server's id of the request; may be empty
  /// By name, in lower case. A header that was sent several times is joined as HTTP says.
  std::map<std::string, std::string, std::less<>> headers{};
  std::optional<std::uint64_t> content_length{};
  BodyReader read_body{};  ///< empty: there is no body

  /// nullopt if the header was not sent.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  /// The media type of the body in lower case, without parameters; empty if there is none.
  [[nodiscard]] std::string content_type() const;
  [[nodiscard]] bool is_safe() const { return method == "GET" || method == "HEAD"; }
};

/// The whole body. @throws Refusal(413) if it is longer than `most` bytes (by Content-Length,
/// without reading it), Refusal(400) if it is shorter than announced
std::string read_body(const Request& request, std::size_t most);

}  // namespace upkeep::web
