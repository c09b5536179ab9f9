// SPDX-License-Identifier: MIT
// Makes drafts from rows in any format.
#pragma once

#include "patch/exchange/json_drafts.hpp"
#include "patch/exchange/row_drafts.hpp"

#include <map>
#include <string>

namespace upkeep::patch {

class DraftMaker {
 public:
  /// @param connection, registry, config not owned
  DraftMaker(db::Connection& connection, Registry& registry, const config::Patch& config)
      : m_values(registry, config),
        m_checks(connection, registry, config),
        m_json(registry, m_values, m_checks),
        m_rows(registry, m_values, m_checks) {}
  DraftMaker(const DraftMaker&) = delete;
  DraftMaker& operator=(const DraftMaker&) = delete;

  [[nodiscard]] JsonDrafts& json() noexcept { return m_json; }
  [[nodiscard]] RowDrafts& rows() noexcept { return m_rows; }
  /// The columns with dates that were read day first and could be month first, by header or field.
  [[nodiscard]] const std::map<std::string, AmbiguousDates>& ambiguous() const noexcept {
    return m_values.ambiguous();
  }

 private:
  DraftValues m_values;
  DraftChecks m_checks;
  JsonDrafts m_json;
  RowDrafts m_rows;
};

}  // namespace upkeep::patch
