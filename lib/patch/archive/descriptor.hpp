// SPDX-License-Identifier: MIT
// An update's descriptor: the changes that it declares.
#pragma once

#include <set>
#include <string>

namespace upkeep::patch::archive {

struct Descriptor {
  bool lists = false;  ///< it declares its changes, possibly none
  /// Paths in the product; of all products together if it lists them by product.
  std::set<std::string, std::less<>> added, modified, removed;
};

/// Reads `file_changes` of update-descriptor.yaml, and the products of update-descriptor3.yaml.
/// @param directory the archive's directory with the product's files: paths may start with it
/// @throws DataError if it is not YAML, or a list is not one
Descriptor parse_descriptor(const std::string& yaml, const std::string& directory);

}  // namespace upkeep::patch::archive
