// SPDX-License-Identifier: MIT
#include "cli/bash_word.hpp"

namespace upkeep::cli {

namespace {

/// What a backslash protects within double quotes.
constexpr std::string_view k_in_quotes = "\"\\$`";

}  // namespace

BashWord read_bash_word(std::string_view typed, std::string_view breaks) {
  BashWord word;
  std::size_t after_break = 0;
  for (std::size_t at = 0; at < typed.size(); ++at) {
    const char c = typed[at];
    const bool is_last = at + 1 == typed.size();
    const bool protects =
        word.quote == 0 || (word.quote == '"' && !is_last &&
                            k_in_quotes.find(typed[at + 1]) != std::string_view::npos);
    if (c == '\\' && protects && !is_last) {
      word.text += typed[++at];
    } else if (word.quote != 0 && c == word.quote) {
      word.quote = 0;
      word.start = after_break;
    } else if (word.quote == 0 && (c == '\'' || c == '"')) {
      word.quote = c;
      word.start = word.text.size();
    } else if (!(c == '\\' && is_last && word.quote == 0)) {
      word.text += c;
      if (word.quote == 0 && breaks.find(c) != std::string_view::npos) {
        // readline keeps an @ with what follows.
        word.start = after_break = word.text.size() - (c == '@' ? 1 : 0);
      }
    }
  }
  return word;
}

std::string bash_spelling(std::string_view text, char quote) {
  std::string out;
  for (const char c : text) {
    if (quote == '\'') {
      out += c == '\'' ? std::string("'\\''") : std::string(1, c);
      continue;
    }
    constexpr std::string_view k_special = " \t\"'\\$`&|;<>()[]{}*?!#~";
    if ((quote == '"' ? k_in_quotes : k_special).find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace upkeep::cli
