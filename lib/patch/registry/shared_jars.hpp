// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/selector.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// A jar that two patches of one platform carry, and the other one is not released.
struct SharedJar {
  std::string jar;
  Patch other;
};

/// Which jars that `patch` lists are in patches of its platform that are not released, whether
/// those list them or were recorded to carry them: whoever builds it must begin with their changes.
/// By patch. Nothing is asked where it lists none.
std::vector<SharedJar> shared_jars(db::Connection& connection, const Patch& patch,
                                   const SelectorContext& context);

}  // namespace upkeep::patch
