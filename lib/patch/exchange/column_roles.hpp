// SPDX-License-Identifier: MIT
// The most likely roles of a spreadsheet's columns, for the draft of a map.
#pragma once

#include "patch/exchange/sampled_column.hpp"
#include "patch/registry/registry.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct ColumnRoles {
  std::vector<std::string> targets;  ///< of each column; empty: it is ignored
  std::vector<std::string> remarks;  ///< why a column is ignored, or what is uncertain about it
  std::vector<std::string> key;      ///< headers; none: rows have numbers, or no column is one
  bool key_is_guess = false;         ///< only its values suggest it
  std::vector<std::string> notes;    ///< decisions that are left to a person

  /// The column that becomes `target` in `sheet`, for which the roles were chosen; nullptr: none.
  [[nodiscard]] const SampledColumn* column_of(const SampledSheet& sheet,
                                               const std::string& target) const;
};
ColumnRoles choose_roles(const SampledSheet& sheet, Registry& registry);

/// Whether it is a field or another target of a map.
bool is_target(const ArtifactType& type, const std::string& target);

}  // namespace upkeep::patch
