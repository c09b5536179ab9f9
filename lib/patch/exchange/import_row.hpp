// SPDX-License-Identifier: MIT
// A row of an import while its batch is written.
#pragma once

#include "patch/exchange/draft.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

/// Where a row of the input starts, both from 1.
struct RowPlace {
  std::size_t line = 0, row = 0;
};

struct ImportRow {
  enum class Plan { insert, keep, update };

  Draft draft;
  RowPlace place;
  std::string raw;
  std::string problem;  ///< why it is refused; empty: it is valid
  Plan plan = Plan::insert;
  std::uint64_t id = 0;             ///< of its patch; 0: not known yet
  std::vector<std::string> hashes;  ///< of the draft's events, in order
  std::vector<std::string> kept;    ///< fields that it empties and an import does not
  bool other_history = false;       ///< an update leaves the history alone, which differs
  std::size_t unticked = 0;         ///< items that attested other values

  /// Whether it creates a patch.
  [[nodiscard]] bool is_new() const { return problem.empty() && plan == Plan::insert; }
};

using ImportBatch = std::vector<ImportRow>;

}  // namespace upkeep::patch
