// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace upkeep {

struct TomlProblem {
  std::size_t line = 0;  ///< from 1
  std::string text;
};

/// Why an untrusted TOML text must not be parsed: a key has too many parts, each of which is a
/// table within the previous one. (The parser limits the nesting of values, but not this.) nullopt:
/// it may be parsed. The text need not be valid.
std::optional<TomlProblem> toml_shape_problem(std::string_view toml);

}  // namespace upkeep
