// SPDX-License-Identifier: MIT
// Reads and writes the table `artifact_type`: every type that was loaded; the newest one counts.
#pragma once

#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"

#include <string>

namespace upkeep::patch {

class TypeStore {
 public:
  /// @param connection stays the caller's
  explicit TypeStore(db::Connection& connection) : m_connection(connection) {}

  /// The artifact type that counts. @throws ConfigError where none is loaded; db::Error
  ArtifactType current();
  /// @throws db::Error
  bool has_any();
  /// Makes `rxt` the artifact type that counts. @throws db::Error
  void add(const std::string& rxt, const std::string& user);
  /// The same where there is none; of two at once, one does it.
  /// @returns whether it was this one. @throws db::Error
  bool add_first(const std::string& rxt, const std::string& user);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
