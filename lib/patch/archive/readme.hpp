// SPDX-License-Identifier: MIT
// The README of a patch, taken apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

struct Readme {
  std::optional<std::string> id;                    ///< behind `Patch ID`
  std::optional<std::vector<std::string>> applies;  ///< behind `Applies To`, by comma and line
  std::optional<std::vector<std::string>> jiras;    ///< behind `Associated JIRA`, by blank and line
  std::optional<std::string> description, installation;  ///< the sections, trimmed

  /// Whether it has none of its fields: it is a README of another kind.
  [[nodiscard]] bool is_other_kind() const {
    return !id && !applies && !jiras && !description && !installation;
  }
};

/// @param text in any encoding and with any line ends
Readme parse_readme(const std::string& text);

/// `CARBON-14740` of a JIRA's address, or of itself; empty where it is neither.
std::string jira_key(const std::string& text);

/// How two spellings of a product are compared: `WSO2 ESB 4.9.0` and `esb-4.9.0` are one.
std::string product_key(const std::string& text);

}  // namespace upkeep::patch::archive
