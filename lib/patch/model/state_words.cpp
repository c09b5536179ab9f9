// SPDX-License-Identifier: MIT
#include "patch/model/state_words.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"

namespace upkeep::patch {

namespace {

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

char spelled(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '.' ? ' ' : c;
}

}  // namespace

bool denotes_state(std::string_view word, std::string_view state) {
  word = trim(word);
  state = trim(state);
  const bool same = std::equal(word.begin(), word.end(), state.begin(), state.end(),
                               [](char one, char other) { return spelled(one) == spelled(other); });
  if (same || (is_plain(word) && is_plain(state))) return same;  // nearly always
  const auto folded = [](std::string_view text) {
    return replace_all(case_folded(text), ".", " ");
  };
  return folded(word) == folded(state);
}

}  // namespace upkeep::patch
