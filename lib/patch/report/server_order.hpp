// SPDX-License-Identifier: MIT
// The order in which a server applies patches: directories by their names compared as text, each
// overwriting the jars of those before it.
#pragma once

#include "patch/report/subjects.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::patch::report {

/// `patch0001`: the directory that contains the patch's jars.
std::string directory_of(const PatchRef& ref);

/// Sorts by the order in which a server applies them.
void sort_by_directory(std::vector<Subject>& subjects);

struct CarriedJar {
  std::string name;                  ///< of its file
  std::string bundle;                ///< its name on the server
  std::string version, md5, sha256;  ///< empty: not recorded
};

/// The jars of patches: as recorded, otherwise as listed in the field with index `key`.
std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars_of(
    const Scope& scope, const std::vector<Subject>& subjects, std::size_t key);

/// The files of jars, each bundle once however its name is spelled.
ValueList jar_names(const std::vector<CarriedJar>& jars);

}  // namespace upkeep::patch::report
