// SPDX-License-Identifier: MIT
// The mapping of a spreadsheet's columns to fields: pmt-import-map(5).
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct ImportMap {
  std::map<std::string, std::string> columns;  ///< header -> field key or `patch`, ...; "": ignored
  std::vector<std::string> key;  ///< headers that identify a row; none: platform and number
  std::string encoding;          ///< a name known to iconv(3); empty: detected
  char separator = 0;            ///< 0: detected
  bool assign_numbers = false;   ///< a row without a number draws the next one
  bool ignore_other_columns = false;
  std::vector<std::string> blank{"-", "N/A", "n/a"};  ///< cells regarded as empty, in every column
  std::vector<std::string> date_formats;              ///< see read_date(). None: the usual ones
  std::map<std::string, std::vector<std::string>> column_dates;  ///< header -> its own formats
  bool blank_unreadable_dates = false;
  std::map<std::string, std::map<std::string, std::string>> values;  ///< target -> from -> to
  std::map<std::string, std::string> defaults;                       ///< target -> value
  std::map<std::string, std::string> split;                          ///< target -> separator

  /// What [values] make of a value of `target`, ignoring case; nullptr: they do not contain it.
  [[nodiscard]] const std::string* translated(const std::string& target,
                                              const std::string& value) const;

  /// @throws DataError naming the line and the problem
  static ImportMap parse(const std::string& toml, const std::string& what, const ArtifactType& type,
                         const config::Patch& config);
};

/// Targets of columns other than fields: `patch`, `platform`, `number`, `created_at`, ...
const std::vector<std::string>& row_targets();

/// Whether a target is a date: a field of that type, or `created_at` and the like.
bool is_date_target(const ArtifactType& type, const std::string& target);

/// The target that `word` denotes, as spelt in a map; nullopt if there is none.
std::optional<std::string> target_called(const ArtifactType& type, const config::Patch& config,
                                         const std::string& word);

}  // namespace upkeep::patch
