// SPDX-License-Identifier: MIT
#include "patch/query/query_words.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <optional>

namespace upkeep::patch {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_of(" \t\n\r\"'") == std::string::npos) return word;
  return '\'' + replace_all(word, "'", "'\"'\"'") + '\'';
}

}  // namespace

std::vector<std::string> query_words(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote == '\0' && is_blank(c)) {
      if (word) words.push_back(std::move(*word));
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (quote == '"' && c == '\\' && i + 1 < text.size() && text[i + 1] == '"') {
      *word += text[++i];
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote == c) {
      quote = '\0';
    } else {
      *word += c;
    }
  }
  if (quote != '\0') {
    throw UsageError(
        fmt::format("'{}' has a quote that does not end", ellipsized(printable(text), 60)),
        fmt::format("close it with {}", quote));
  }
  if (word) words.push_back(std::move(*word));
  return words;
}

std::string query_text(const std::vector<std::string>& words) {
  std::vector<std::string> parts;
  parts.reserve(words.size());
  for (const std::string& word : words) parts.push_back(quoted(word));
  return join(parts, " ");
}

}  // namespace upkeep::patch
