// SPDX-License-Identifier: MIT
#pragma once

#include "db/connection.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/selector.hpp"

#include <string>
#include <vector>

namespace upkeep::patch {

/// A jar that is also in another patch of the platform, which is not released.
struct SharedJar {
  std::string jar;
  Patch other;
};

/// The jars listed by `patch` that are also listed by, or recorded for, unreleased patches of its
/// platform: its build must include their changes. By patch. Runs no query if it lists none.
std::vector<SharedJar> shared_jars(db::Connection& connection, const Patch& patch,
                                   const SelectorContext& context);

}  // namespace upkeep::patch
