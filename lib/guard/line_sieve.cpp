// SPDX-License-Identifier: MIT
#include "guard/line_sieve.hpp"

#include "guard/log_text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace upkeep::guard {

namespace {

/// The high bit of every byte of `word` that is a newline, the first byte lowest.
std::uint64_t newlines_in(const char* eight_bytes) {
  constexpr std::uint64_t k_low_bits = 0x7F7F7F7F7F7F7F7FU;
  constexpr std::uint64_t k_newlines = 0x0A0A0A0A0A0A0A0AU;
  std::uint64_t word = 0;
  std::memcpy(&word, eight_bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  word ^= k_newlines;
  // Exact for every byte: no borrow runs from one into the next.
  return ~(((word & k_low_bits) + k_low_bits) | word | k_low_bits);
}

void find_all(std::string_view text, std::string_view what, std::vector<std::size_t>& places) {
  for (const char* at = text.data();;) {
    const auto left = static_cast<std::size_t>(text.data() + text.size() - at);
    at = static_cast<const char*>(what.size() == 1 ? std::memchr(at, what[0], left)
                                                   : ::memmem(at, left, what.data(), what.size()));
    if (at == nullptr) return;
    places.push_back(static_cast<std::size_t>(at - text.data()));
    ++at;
  }
}

}  // namespace

LineSieve::LineSieve(const std::vector<PatternNeeds>& patterns) {
  for (const PatternNeeds& needs : patterns) {
    if (needs.first) {
      for (std::size_t byte = 0; byte < m_first.size(); ++byte) {
        if (needs.first->test(byte)) m_first.at(byte) = true;
      }
    } else if (!needs.literals.empty()) {
      m_literals.insert(m_literals.end(), needs.literals.begin(), needs.literals.end());
    } else {
      m_first.fill(true);  // every line, the empty ones too: their first byte is the newline
    }
  }
}

std::int64_t LineSieve::sift(std::string_view lines, std::vector<std::size_t>& places) const {
  places.clear();
  const std::int64_t count = sift_starts(lines, places);
  const std::size_t starts = places.size();
  for (const std::string& literal : m_literals) find_all(lines, literal, places);
  find_all(lines, std::string_view(&k_escape, 1), places);
  if (places.size() > starts) std::sort(places.begin(), places.end());
  return count;
}

std::int64_t LineSieve::sift_starts(std::string_view lines,
                                    std::vector<std::size_t>& places) const {
  std::int64_t count = 0;
  const auto newline_before = [&](std::size_t start) {
    ++count;
    if (start < lines.size() && m_first[static_cast<unsigned char>(lines[start])]) {
      places.push_back(start);
    }
  };
  if (!lines.empty() && m_first[static_cast<unsigned char>(lines[0])]) places.push_back(0);
  std::size_t at = 0;
  // Eight bytes at a time: memchr's start-up cost is felt where lines are short.
  for (; at + 8 <= lines.size(); at += 8) {
    for (auto mask = newlines_in(lines.data() + at); mask != 0; mask &= mask - 1) {
      newline_before(at + static_cast<std::size_t>(std::countr_zero(mask)) / 8 + 1);
    }
  }
  for (; at < lines.size(); ++at) {
    if (lines[at] == '\n') newline_before(at + 1);
  }
  return count;
}

}  // namespace upkeep::guard
