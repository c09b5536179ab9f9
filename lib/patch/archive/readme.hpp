// SPDX-License-Identifier: MIT
// Parses the README of a patch.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

struct Readme {
  std::optional<std::string> id;                    ///< after `Patch ID`
  std::optional<std::vector<std::string>> applies;  ///< after `Applies To`, by comma and line
  std::optional<std::vector<std::string>> jiras;    ///< after `Associated JIRA`, by blank and line
  std::optional<std::string> description, installation;  ///< the sections, trimmed

  /// Whether it has none of the fields: it is a README of another kind.
  [[nodiscard]] bool is_other_kind() const {
    return !id && !applies && !jiras && !description && !installation;
  }
};

/// @param text in any encoding and with any line ends
Readme parse_readme(const std::string& text);

/// `CARBON-14740` from a JIRA's address, or from itself; empty for anything else.
std::string jira_key(const std::string& text);

/// A key that is equal for spellings of the same product: `WSO2 ESB 4.9.0` and `esb-4.9.0`.
std::string product_key(const std::string& text);

}  // namespace upkeep::patch::archive
