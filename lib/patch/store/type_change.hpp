// SPDX-License-Identifier: MIT
// The consequences of replacing the artifact type, reported before it is done.
#pragma once

#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

struct TypeChange {
  std::string key;
  /// `added`, `removed`, `changed`; `required`, `invalid`, `several`: existing patches break a rule
  std::string change;
  std::size_t patches = 0;  ///< how many existing patches are affected
  std::string detail;

  /// Whether existing values would be hidden or break a rule.
  [[nodiscard]] bool harmful() const { return patches > 0 && change != "added"; }
};

/// What replacing `before` by `after` would change; reads every patch. @throws db::Error
std::vector<TypeChange> compare_types(db::Connection& connection, const ArtifactType& before,
                                      const ArtifactType& after);

}  // namespace upkeep::patch
