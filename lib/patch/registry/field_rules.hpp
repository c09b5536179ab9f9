// SPDX-License-Identifier: MIT
// The values that fields may have, and the effect of edits. Writes nothing.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/type_store.hpp"

#include <map>
#include <memory>
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
  /// @param connection, config, parsed not owned
  /// @param parsed the types that the process has parsed; nullptr: it keeps none
  FieldRules(db::Connection& connection, const config::Patch& config, ParsedTypes* parsed)
      : m_connection(connection), m_config(config), m_parsed(parsed) {}

  /// Read once. @throws ConfigError if none is loaded
  [[nodiscard]] const ArtifactType& type();
  /// The only values that a field may have, apart from aliases of them; empty: it may have any.
  [[nodiscard]] const std::vector<std::string>& offered(const Field& field);
  /// ArtifactType::checked(), and the value must be on the field's pick list. @throws DataError
  [[nodiscard]] std::string checked(const Field& field, const std::string& value);

  /// Whose fields are edited: for a patch that is being created, read-only ones may be set.
  enum class Subject { made, existing };
  /// Edits `fields`. @returns the changes, by key. @throws DataError; Error(no) for a read-only
  /// field
  [[nodiscard]] std::vector<Change> apply(const std::vector<FieldEdit>& edits, Document& fields,
                                          Subject subject);
  /// Whether an edit would change anything.
  [[nodiscard]] bool has_effect(const FieldEdit& edit, const Document& fields);
  /// The key that an edit denotes, as spelt by the type or the patch.
  [[nodiscard]] std::string key_of(const FieldEdit& edit, const Document& fields);

 private:
  db::Connection& m_connection;
  const config::Patch& m_config;
  ParsedTypes* m_parsed;
  std::shared_ptr<const ArtifactType> m_type;
  std::map<std::string, std::vector<std::string>> m_choices;  // by list, as first read
};

/// The value that an edit denotes when it is compared with stored ones: as it is stored, where old
/// data may have blanks around it.
std::string stored_value(const Values& values, const std::string& typed);

}  // namespace upkeep::patch
