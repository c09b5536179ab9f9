// SPDX-License-Identifier: MIT
// What the columns of a spreadsheet most likely are, for the draft of a map.
#pragma once

#include "patch/exchange/sampled_column.hpp"
#include "patch/registry/registry.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct ColumnRoles {
  std::vector<std::string> targets;  ///< of each column; empty: it is left out
  std::vector<std::string> remarks;  ///< why a column is left out, or what is uncertain about it
  std::vector<std::string> key;      ///< headers; none: rows have numbers, or no column is one
  bool key_is_guess = false;         ///< nothing but its values says that it is one
  std::vector<std::string> notes;    ///< what a person has to decide

  /// The column of `sheet`, for which the roles were chosen, that becomes `target`; nullptr: none.
  [[nodiscard]] const SampledColumn* column_of(const SampledSheet& sheet,
                                               const std::string& target) const;
};
ColumnRoles choose_roles(const SampledSheet& sheet, Registry& registry);

/// Whether it is a field, or another target of a map.
bool is_target(const ArtifactType& type, const std::string& target);

}  // namespace upkeep::patch
