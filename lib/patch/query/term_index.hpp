// SPDX-License-Identifier: MIT
// Which patches may hold a term: an inverted index in segments, each written once, for as many
// patches as were stale at that moment. It only narrows down: the server still compares every
// candidate, and a patch that has changed since it was indexed (`stale`) is always a candidate. So
// the index may be behind, or away, and an answer is still right.
//
// A row per term would be dozens of rows an action; this is none, and every now and then a segment.
#pragma once

#include "db/connection.hpp"
#include "patch/query/selector.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

/// Collects postings, then writes them as one segment.
class SegmentBuilder {
 public:
  void add(std::uint64_t patch, const Document& fields);
  [[nodiscard]] std::size_t patches() const noexcept { return m_patches; }
  /// Within the caller's transaction, which also clears `stale` of these patches.
  void write(db::Connection& connection);

 private:
  std::size_t m_patches = 0;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> m_postings;  // (term, patch)
};

/// ` AND (p.stale = 1 OR p.id IN (...))` where the index narrows a selector down to few rows, else
/// nothing.
std::string narrowing_sql(db::Connection& connection, const SelectorSql& selected);

/// After many segments were written: tells the server's optimizer how many there are. Never fails.
void learn_segments(db::Connection& connection);

/// Indexes what is stale, if there is enough of it and no other process does it. Never fails: the
/// next one tries again. The last thing that a session does: it waits for no lock afterwards.
void index_stale(db::Connection& connection, std::size_t at_least);

}  // namespace upkeep::patch
