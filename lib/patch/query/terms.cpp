// SPDX-License-Identifier: MIT
#include "patch/query/terms.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>

namespace upkeep::patch {

namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

// Runs of these bytes. If the server ends a word at a non-ASCII letter or a Unicode dash, the run
// contains or equals its word; the server makes the final comparison.
bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Calls `take` with each run of word bytes.
void for_each_run(std::string_view text, const auto& take) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    if (end > i) take(text.substr(i, end - i));
    i = end + 1;
  }
}

/// The two other letters that the server considers equal to ASCII ones, ignoring case: the long s
/// and the Kelvin sign.
std::string folded(const std::string& text) {
  return replace_all(replace_all(text, "\u017f", "s"), "\u212a", "k");
}

}  // namespace

std::optional<std::string> value_term(const std::string& key, std::string_view value) {
  if (!is_ascii(value)) return std::nullopt;
  return "=" + key + "=" + lower(value);
}

std::optional<std::string> word_term(std::string_view word) {
  if (!is_ascii(word)) return std::nullopt;
  return lower(word);
}

std::uint32_t term_hash(std::string_view term) {
  std::uint32_t hash = 2166136261U;
  for (const char c : term) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  // FNV's high bits are weak, and segments are split by them.
  hash ^= hash >> 15U;
  hash *= 0x2c1b3c6dU;
  hash ^= hash >> 12U;
  return hash;
}

std::optional<std::string> word_part(std::string_view text) {
  std::string_view longest;
  for_each_run(text, [&](std::string_view run) {
    if (run.size() > longest.size()) longest = run;
  });
  if (longest.empty()) return std::nullopt;
  return lower(longest);
}

std::vector<std::uint32_t> term_hashes(const Document& document, const WordTaker& take_word) {
  std::vector<std::uint32_t> hashes;
  std::string word;
  const auto take_run = [&](std::string_view run) {
    word = run;
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    hashes.push_back(term_hash(word));
    take_word(word, hashes.back());
  };
  const auto take_value = [&](const std::string& key, const std::string& value) {
    if (const auto term = value_term(key, value)) hashes.push_back(term_hash(*term));
    for_each_run(value, take_run);
  };
  for (const auto& [key, values] : document) {
    for (const std::string& value : values) {
      if (is_ascii(value)) {
        take_value(key, value);
      } else {
        take_value(key, folded(value));
      }
    }
  }
  return hashes;
}

}  // namespace upkeep::patch
