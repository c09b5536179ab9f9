// SPDX-License-Identifier: MIT
// A new segment of the term index: see term_index.hpp.
#pragma once

#include "db/connection.hpp"
#include "patch/model/document.hpp"
#include "patch/query/term_words.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace upkeep::patch {

/// Collects postings, then writes them as one segment.
class SegmentBuilder {
 public:
  void add(std::uint64_t patch, const Document& fields);
  [[nodiscard]] const std::vector<std::uint64_t>& patches() const noexcept { return m_patches; }
  /// How many pairs of patch and term it holds.
  [[nodiscard]] std::size_t postings() const noexcept { return m_postings.size(); }
  /// Within the caller's transaction, which also clears `stale` of these patches. It can be
  /// repeated.
  void write(db::Connection& connection);

 private:
  std::vector<std::uint64_t> m_patches;
  // The term's hash in the upper half, an index of m_patches in the lower: fast to sort.
  std::vector<std::uint64_t> m_postings;
  WordTexts m_words;
};

}  // namespace upkeep::patch
