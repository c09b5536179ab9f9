// SPDX-License-Identifier: MIT
// Drafts from what an export writes: JSON objects, and rows of our own CSV.
#pragma once

#include "patch/exchange/draft_checks.hpp"
#include "patch/exchange/draft_values.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace upkeep::patch {

class JsonDrafts {
 public:
  /// @param registry, values, checks not owned
  JsonDrafts(Registry& registry, DraftValues& values, DraftChecks& checks)
      : m_registry(registry), m_values(values), m_checks(checks) {}

  /// From one JSON object as `export` writes it, possibly with fewer members. @throws DataError
  [[nodiscard]] Draft of_json(const std::string& text);
  /// From a row of our own CSV. @throws DataError
  [[nodiscard]] Draft of_export_row(const std::vector<std::string>& headers,
                                    const std::vector<std::string>& cells);

 private:
  [[nodiscard]] Draft of_object(const nlohmann::ordered_json& json, std::string_view canonical);
  void set_fields(Draft& draft, const nlohmann::ordered_json& fields);
  [[nodiscard]] bool set_member(Draft& draft, const std::string& key,
                                const nlohmann::ordered_json& value);

  Registry& m_registry;
  DraftValues& m_values;
  DraftChecks& m_checks;
};

}  // namespace upkeep::patch
