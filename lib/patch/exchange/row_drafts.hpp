// SPDX-License-Identifier: MIT
// Drafts from other sources: rows of a spreadsheet, using a map, and governance artifacts.
#pragma once

#include "patch/exchange/draft_checks.hpp"
#include "patch/exchange/draft_values.hpp"
#include "patch/exchange/import_map.hpp"

#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

class RowDrafts {
 public:
  /// @param registry, values, checks not owned
  RowDrafts(Registry& registry, DraftValues& values, DraftChecks& checks)
      : m_registry(registry), m_values(values), m_checks(checks) {}

  /// From one governance artifact (`metadata`), given as (key, value) pairs. @throws DataError
  [[nodiscard]] Draft of_values(const std::vector<std::pair<std::string, std::string>>& values);
  /// From a row of a spreadsheet. @throws DataError
  [[nodiscard]] Draft of_row(const std::vector<std::string>& headers,
                             const std::vector<std::string>& cells, const ImportMap& map);

 private:
  void read_cell(const ImportMap& map, const std::string& header, const std::string& target,
                 const std::string& cell, Values& values);
  std::string date(const ImportMap& map, const std::string& header, const std::string& target,
                   const std::string& value);

  Registry& m_registry;
  DraftValues& m_values;
  DraftChecks& m_checks;
};

}  // namespace upkeep::patch
