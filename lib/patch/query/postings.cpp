// SPDX-License-Identifier: MIT
#include "patch/query/postings.hpp"

#include <algorithm>
#include <optional>

namespace upkeep::patch {

namespace {

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& text) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !text.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return value;
  }
  return std::nullopt;
}

/// Removes the first `count` integers, or everything if there are fewer.
void skip_varints(std::string_view& text, std::uint64_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) --count;
  }
  text.remove_prefix(at);
}

/// Adds the patches of the terms for which `is_wanted(term)` holds, until `is_last(term)` does.
void read_postings(std::string_view postings, std::uint32_t first_term, const auto& is_wanted,
                   const auto& is_last, Ids& patches) {
  std::uint64_t term = first_term;
  while (!postings.empty()) {
    const auto step = take_varint(postings);
    const auto count = take_varint(postings);
    if (!step || !count) return;
    term += *step;  // 0 for the first one
    if (is_wanted(term)) {
      std::uint64_t patch = 0;
      for (std::uint64_t i = 0; i < *count; ++i) {
        const auto next = take_varint(postings);
        if (!next) return;
        patch += *next;
        patches.push_back(patch);
      }
    } else {
      skip_varints(postings, *count);
    }
    if (is_last(term)) return;
  }
}

}  // namespace

void make_set(Ids& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void append_posting(std::string& postings, std::uint32_t step, Ids::const_iterator begin,
                    Ids::const_iterator end) {
  append_varint(postings, step);
  append_varint(postings, static_cast<std::uint64_t>(end - begin));
  std::uint64_t before = 0;
  for (auto at = begin; at != end; ++at) {
    append_varint(postings, *at - before);
    before = *at;
  }
}

void collect(std::string_view postings, std::uint32_t first_term,
             const std::vector<std::uint32_t>& wanted, Ids& patches) {
  read_postings(
      postings, first_term,
      [&](std::uint64_t term) { return std::binary_search(wanted.begin(), wanted.end(), term); },
      [&](std::uint64_t term) { return term >= wanted.back(); }, patches);
}

void collect_all(std::string_view postings, Ids& patches) {
  read_postings(
      postings, 0, [](std::uint64_t) { return true; }, [](std::uint64_t) { return false; },
      patches);
}

}  // namespace upkeep::patch
