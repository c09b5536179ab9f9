// SPDX-License-Identifier: MIT
// How a server applies patches: directories by their names compared as text, each overwriting the
// jars of those before it.
#pragma once

#include "patch/report/subjects.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::patch::report {

/// `patch0001`: the directory that the patch's jars lie in.
std::string directory_of(const PatchRef& ref);

/// In the order in which a server applies them.
void sort_by_directory(std::vector<Subject>& subjects);

struct CarriedJar {
  std::string name;                  ///< of its file
  std::string bundle;                ///< what the server calls it
  std::string version, md5, sha256;  ///< empty: not recorded
};

/// The jars of patches: as they were recorded, else as the field number `key` lists them.
std::unordered_map<std::uint64_t, std::vector<CarriedJar>> jars_of(
    const Scope& scope, const std::vector<Subject>& subjects, std::size_t key);

}  // namespace upkeep::patch::report
