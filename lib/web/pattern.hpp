// SPDX-License-Identifier: MIT
// The shape of a path.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::web {

/// The decoded values of the `{}` of a pattern such as `/patches/{}/edit` in a path; nullopt if the
/// path has another shape. A `{}` stands for one part that is not empty; `%2F` is a slash in it.
std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path);

/// The patterns with as many parts as a path, with the parts of that path for their `{}`: among
/// them are the addresses that are like it.
std::vector<std::string> filled(const std::vector<std::string>& patterns, std::string_view path);

}  // namespace upkeep::web
