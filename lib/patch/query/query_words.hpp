// SPDX-License-Identifier: MIT
// A selector as one text: in addresses, saved views and `--query`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// The words of a text, separated by blanks. Blanks within `"..."` or `'...'` belong to the word,
/// as in a shell; within `"..."`, `\"` is a quote. Otherwise a backslash is a character like any
/// other. @throws UsageError for a quote that does not end
std::vector<std::string> query_words(std::string_view text);

/// A text with these words: the inverse.
std::string query_text(const std::vector<std::string>& words);

}  // namespace upkeep::patch
