// SPDX-License-Identifier: MIT
#pragma once

#include "patch/archive/examination.hpp"
#include "patch/model/patch.hpp"

namespace upkeep::patch::archive {

/// The registry's data on the patch's archive.
/// @pre `patch.ref` is set
Expected expected_of(const Patch& patch, std::vector<Jar> recorded);

/// A draft of the README from the registry's data: missing data is replaced by placeholders, which
/// the profiles detect.
std::string draft_readme(const Patch& patch, const NameRule& names);

/// Creates `directory`/NAME/ with a draft of the README and the directory for the jars.
/// @returns the path of NAME. @throws Error(cannot_create), also if it exists
std::string draft_archive(const Patch& patch, const NameRule& names, const std::string& directory);

}  // namespace upkeep::patch::archive
