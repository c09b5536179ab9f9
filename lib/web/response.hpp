// SPDX-License-Identifier: MIT
// One HTTP answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::web {

/// Takes the next part of a body. @throws BrokenPipe if the client has gone
using Sink = std::function<void(std::string_view)>;

struct Response {
  int status = 200;
  std::string type{};  ///< Content-Type; empty: there is no body
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
  /// Writes the body instead of `body`: for one that is too large to keep.
  std::function<void(const Sink&)> stream{};

  /// Adds a header, or replaces the one of that name.
  Response& set(std::string_view name, std::string value);
};

/// `See Other`, as a reason phrase.
std::string_view reason_phrase(int status);

/// Adds the headers that every answer has, unless it has them already: what a browser may load,
/// where it may be shown, how long it may be kept.
void add_safety_headers(Response& response);

/// 303 to `location`. @pre it is an address that we made
Response see_other(const std::string& location);

}  // namespace upkeep::web
