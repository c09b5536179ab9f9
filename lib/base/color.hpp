// SPDX-License-Identifier: MIT
// Colours on terminals: the basic ones, which every theme keeps readable on its background.
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

enum class Color { none, bold, red, green, yellow, magenta, cyan };

/// `text` in that colour, followed by a reset; unchanged for `none`.
std::string painted(Color color, std::string_view text);

}  // namespace upkeep
