// SPDX-License-Identifier: MIT
#include "base/command_words.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep {

namespace {

/// Whether a shell lets a backslash protect it within double quotes.
bool is_special_in_quotes(char c) {
  return c == '"' || c == '\\' || c == '$' || c == '`';
}

}  // namespace

std::vector<std::string> command_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;  // '' is a word as well
  char quote = 0;
  const auto add = [&](char c) {
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool last = at + 1 == text.size();
    const bool escapes =
        c == '\\' && !last && (quote == 0 || (quote == '"' && is_special_in_quotes(text[at + 1])));
    if (escapes) {
      add(text[++at]);
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      if (!in_word) words.emplace_back();
      in_word = true;
      quote = c;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      in_word = false;
    } else {
      add(c);
    }
  }
  if (quote != 0) {
    throw UsageError(fmt::format("a quote is not closed: {}", printable(text)), "close the quote");
  }
  return words;
}

}  // namespace upkeep
