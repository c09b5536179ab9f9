// SPDX-License-Identifier: MIT
#pragma once

#include "patch/archive/examination.hpp"
#include "patch/model/patch.hpp"

namespace upkeep::patch::archive {

/// What the registry's entry says about the patch's archive.
/// @pre `patch.ref` is set
Expected expected_of(const Patch& patch, std::vector<Jar> recorded);

/// The README that the registry's entry gives, as a draft: what it lacks is a placeholder, which
/// the profiles find.
std::string draft_readme(const Patch& patch, const NameRule& names);

/// Makes `directory`/NAME/ with a draft of the README and the directory for the jars.
/// @returns the path of NAME. @throws Error(cannot_create), also where it is there already
std::string draft_archive(const Patch& patch, const NameRule& names, const std::string& directory);

}  // namespace upkeep::patch::archive
