// SPDX-License-Identifier: MIT
// A word of a bash command line that is still being typed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace upkeep::cli {

struct BashWord {
  std::string text;  ///< without quotes and backslashes
  char quote = 0;    ///< the quote that is still open: ' or "; 0: none
  /// Where in `text` the part begins that bash completes and replaces: after the open quote,
  /// otherwise after the last break.
  std::size_t start = 0;
};

/// Reads a word as bash would, with an unclosed quote.
/// @param breaks the characters of $COMP_WORDBREAKS
BashWord read_bash_word(std::string_view typed, std::string_view breaks = "=:@");

/// `text` as bash must insert it where `quote` is open.
std::string bash_spelling(std::string_view text, char quote);

}  // namespace upkeep::cli
