// SPDX-License-Identifier: MIT
// Files of a governance registry's interfaces: Atom, REST, its own dump of resources as XML.
#pragma once

#include "patch/exchange/governance/resource.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// What one file says of one resource. A resource may be spread over several files.
struct FilePart {
  /// The last component of its path; for a history, possibly the name of the file.
  std::string name;
  bool is_history = false;
  RegistryResource resource;  ///< with an empty path if the file does not say it
};

/// The parts of a file, by its contents: Atom feeds and entries, resources in the registry's own
/// XML, governance artifacts, histories of lifecycles, and properties as JSON.
/// @param stem the file's name without its extension: the resource, if the contents do not say it
/// @param rules of paths that the contents do not say, and of times
/// @returns none: it is not such a file. What is not well-formed is the content of a resource.
std::vector<FilePart> file_parts(const std::string& bytes, const std::string& stem,
                                 const RegistryRules& rules);

/// `text` without percent encoding, in which `+` is a blank.
std::string url_decoded(const std::string& text);

/// The bytes of base64; empty if it is not base64.
std::string base64_decoded(const std::string& text);

}  // namespace upkeep::patch
