// SPDX-License-Identifier: MIT
#include "guard/logscan/line_sieve.hpp"

#include "guard/logscan/log_text.hpp"

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
  // Exact for every byte: no carry crosses into the next one.
  return ~(((word & k_low_bits) + k_low_bits) | word | k_low_bits);
}

/// How common a byte is in a typical log: a rough rank, 0 for the rarest.
int commonness(char byte) {
  if (byte == ' ') return 5;
  if (byte >= 'a' && byte <= 'z') return 4;
  if (byte >= '0' && byte <= '9') return 3;
  if (std::string_view("\t.,:;-=<>()[]/'\"").find(byte) != std::string_view::npos) return 2;
  if (byte >= 'A' && byte <= 'Z') return 1;
  return 0;
}

std::size_t rarest_byte(std::string_view literal) {
  const auto* rarest = std::min_element(
      literal.begin(), literal.end(), [](char a, char b) { return commonness(a) < commonness(b); });
  return static_cast<std::size_t>(rarest - literal.begin());
}

/// The next position of `what`; npos: none.
std::size_t find_from(std::string_view text, std::string_view what, std::size_t from) {
  const void* at = what.size() == 1
                       ? std::memchr(text.data() + from, what[0], text.size() - from)
                       : ::memmem(text.data() + from, text.size() - from, what.data(), what.size());
  return at == nullptr ? std::string_view::npos
                       : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace

LineSieve::LineSieve(const std::vector<PatternNeeds>& patterns) {
  for (const PatternNeeds& needs : patterns) {
    if (needs.first) {
      for (std::size_t byte = 0; byte < m_first.size(); ++byte) {
        if (needs.first->test(byte)) m_first.at(byte) = true;
      }
    } else if (!needs.literals.empty()) {
      for (const std::string& literal : needs.literals) {
        m_literals.push_back({literal, rarest_byte(literal)});
      }
    } else {
      m_first.fill(true);  // every line, even an empty one: its first byte is the newline
    }
  }
}

std::int64_t LineSieve::sift(std::string_view lines, std::vector<std::size_t>& places) const {
  places.clear();
  const std::int64_t count = sift_starts(lines, places);
  const std::size_t starts = places.size();
  for (const Literal& literal : m_literals) find_all(lines, literal, places);
  find_all(lines, {std::string(1, k_escape), 0}, places);
  find_returns(lines, places);
  if (places.size() > starts) std::sort(places.begin(), places.end());
  return count;
}

/// Searches for the literal's rarest byte, which the C library does much faster than a search for
/// the whole literal; unless that byte turns out to be common here.
void LineSieve::find_all(std::string_view lines, const Literal& literal,
                         std::vector<std::size_t>& places) {
  constexpr std::size_t k_rare = 256;  // the minimum number of bytes per false hit
  const std::string_view byte = std::string_view(literal.text).substr(literal.rare, 1);
  std::size_t in_vain = 0;
  for (std::size_t from = 0;;) {
    const bool rare = in_vain <= 16 + from / k_rare;
    std::size_t at = 0;
    if (rare) {
      at = from + literal.rare < lines.size() ? find_from(lines, byte, from + literal.rare)
                                              : std::string_view::npos;
    } else {
      at = find_from(lines, literal.text, from);
    }
    if (at == std::string_view::npos) return;
    if (rare) at -= literal.rare;
    if (lines.compare(at, literal.text.size(), literal.text) == 0) {
      places.push_back(at);
    } else {
      ++in_vain;
    }
    from = at + 1;
  }
}

/// Adds one place for each line with a CR before its end.
void LineSieve::find_returns(std::string_view lines, std::vector<std::size_t>& places) {
  for (std::size_t at = 0; (at = find_from(lines, "\r", at)) != std::string_view::npos;) {
    const std::size_t end = lines.find_first_not_of('\r', at);
    if (end == std::string_view::npos) return;
    if (lines[end] != '\n') {
      places.push_back(at);
      at = find_from(lines, "\n", end);
      if (at == std::string_view::npos) return;
    } else {
      at = end;
    }
  }
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
  // Eight bytes at a time: for short lines, memchr's start-up cost matters.
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
