// SPDX-License-Identifier: MIT
// Reads and writes the table `artifact_type`: every loaded type; the newest one is current.
#pragma once

#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/parsed_texts.hpp"

#include <memory>
#include <string>

namespace upkeep::patch {

using ParsedTypes = ParsedTexts<ArtifactType>;

class TypeStore {
 public:
  /// @param connection not owned
  explicit TypeStore(db::Connection& connection) : m_connection(connection) {}

  /// The current artifact type. @throws ConfigError if none is loaded; db::Error
  ArtifactType current();
  /// The same. Its text is always read, and parsed unless `parsed` has its value.
  /// @param parsed may be nullptr: nothing is kept
  std::shared_ptr<const ArtifactType> current(ParsedTypes* parsed);
  /// @throws db::Error
  bool has_any();
  /// Makes `rxt` the current artifact type. @throws db::Error
  void add(const std::string& rxt, const std::string& user);
  /// The same if there is none; of two concurrent calls, one succeeds.
  /// @returns whether this one did. @throws db::Error
  bool add_first(const std::string& rxt, const std::string& user);

 private:
  [[nodiscard]] std::string current_text();

  db::Connection& m_connection;
};

}  // namespace upkeep::patch
