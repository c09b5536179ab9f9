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

std::vector<std::uint32_t> term_hashes(const Document& document) {
  std::vector<std::uint32_t> hashes;
  for (const auto& [key, values] : document) {
    for (const std::string& value : values) {
      if (const auto term = value_term(key, value)) hashes.push_back(term_hash(*term));
      for (std::size_t i = 0; i < value.size();) {
        if (!is_word_byte(value[i])) {
          ++i;
          continue;
        }
        std::size_t end = i;
        while (end < value.size() && is_word_byte(value[end])) ++end;
        hashes.push_back(term_hash(lower(std::string_view(value).substr(i, end - i))));
        i = end;
      }
    }
  }
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

}  // namespace upkeep::patch
