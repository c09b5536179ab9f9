// SPDX-License-Identifier: MIT
// Invisible characters that change the display order of others: they can make one name look like
// another.
#pragma once

#include <string>

namespace upkeep {

/// True for directional marks, embeddings, overrides, isolates, the deprecated format characters
/// that follow them, and the line and paragraph separators.
bool turns_text_around(char32_t point);

/// `text` with each such character written as `\uNNNN`, which JSON reads as the character itself.
/// All other bytes are unchanged.
std::string directions_shown(std::string text);

}  // namespace upkeep
