// SPDX-License-Identifier: MIT
// Characters that are not seen and change the order in which others are shown: with them a name
// looks like another one.
#pragma once

#include <string>

namespace upkeep {

/// Marks, embeddings, overrides, isolates and the deprecated ones behind them, and the two
/// separators that end them.
bool turns_text_around(char32_t point);

/// `text` with each of them as `\uNNNN`, which JSON reads as the character itself; every other byte
/// as it is.
std::string directions_shown(std::string text);

}  // namespace upkeep
