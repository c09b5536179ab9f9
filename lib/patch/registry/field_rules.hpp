// SPDX-License-Identifier: MIT
// What fields may hold, and what edits make of them. Writes nothing.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// One `--set`, `--add`, `--remove` or `--expect`.
struct FieldEdit {
  enum class Kind { set, add, remove, expect } kind = Kind::set;
  std::string key, value;
};

class FieldRules {
 public:
  /// @param connection, config stay the caller's
  FieldRules(db::Connection& connection, const config::Patch& config)
      : m_connection(connection), m_config(config) {}

  /// Read once. @throws ConfigError where none is loaded
  [[nodiscard]] const ArtifactType& type();
  /// ArtifactType::checked(), and that the value is on the field's pick list. @throws DataError
  [[nodiscard]] std::string checked(const Field& field, const std::string& value);

  /// Whose fields are edited: of a patch that is being made, read-only ones may be given.
  enum class Subject { made, existing };
  /// Edits `fields`. @returns what that changes, by key. @throws DataError; Error(no) for a
  /// read-only field
  [[nodiscard]] std::vector<Change> apply(const std::vector<FieldEdit>& edits, Document& fields,
                                          Subject subject);
  /// Whether an edit would find something to do.
  [[nodiscard]] bool has_effect(const FieldEdit& edit, const Document& fields);
  /// The key that an edit means: as it is written where the type or the patch has it.
  [[nodiscard]] std::string key_of(const FieldEdit& edit, const Document& fields);

 private:
  db::Connection& m_connection;
  const config::Patch& m_config;
  std::optional<ArtifactType> m_type;
  std::map<std::string, std::vector<std::string>> m_choices;  // by list, as first read
};

/// The values of one field; empty where there are none.
Values values_in(const Document& document, const std::string& key);

/// What an edit means where the value is compared with stored ones: the value as it is stored,
/// which may have blanks around it from of old.
std::string stored_value(const Values& values, const std::string& typed);

}  // namespace upkeep::patch
