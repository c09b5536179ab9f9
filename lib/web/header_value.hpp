// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::web {

/// The value of a header such as `form-data; name="archive"; filename="a.zip"`.
struct HeaderValue {
  std::string value;  ///< what precedes the parameters, in lower case
  std::vector<std::pair<std::string, std::string>> parameters{};  ///< names in lower case

  /// nullopt if there is none.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

/// Reads one. In quotes, `\"` and `\\` are escapes and any other backslash is itself: browsers do
/// not escape those of a file name. nullopt if it is malformed or names a parameter twice.
std::optional<HeaderValue> parse_header_value(std::string_view text);

}  // namespace upkeep::web
