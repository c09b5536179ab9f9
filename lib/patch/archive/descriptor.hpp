// SPDX-License-Identifier: MIT
// An update's descriptor: what it says that it changes.
#pragma once

#include <set>
#include <string>

namespace upkeep::patch::archive {

struct Descriptor {
  bool lists = false;  ///< it says what it changes, be it nothing
  /// Paths as they lie in the product; of all products together, where it lists them by product.
  std::set<std::string, std::less<>> added, modified, removed;
};

/// Reads `file_changes` of update-descriptor.yaml, and the products of update-descriptor3.yaml.
/// @param directory in which the archive has the product's files: paths may begin with it
/// @throws DataError if it is not YAML, or a list is not one
Descriptor parse_descriptor(const std::string& yaml, const std::string& directory);

}  // namespace upkeep::patch::archive
