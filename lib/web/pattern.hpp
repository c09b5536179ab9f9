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

}  // namespace upkeep::web
