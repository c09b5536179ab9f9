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

/// What makes a TOML text from elsewhere unfit to be read, before anything is made of it: a key of
/// too many parts, each of which is a table within the one before. (The reader limits how deep
/// values are nested, but not this.) nullopt: it is fit. The text need not be valid.
std::optional<TomlProblem> toml_shape_problem(std::string_view toml);

}  // namespace upkeep
