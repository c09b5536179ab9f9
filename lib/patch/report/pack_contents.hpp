// SPDX-License-Identifier: MIT
// The patches that a service pack or a server contains, and those missing from it.
#pragma once

#include "patch/report/product_filter.hpp"
#include "patch/report/subjects.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::report {

/// For each subject the index of one that supersedes it, also by way of patches that are not among
/// them; nullopt: it is contained itself. Of
/// patches that supersede one another the last one is contained, and `warnings` names them.
/// @pre subjects have links and are in the order in which a server applies them
std::vector<std::optional<std::size_t>> superseders(const Scope& scope,
                                                    const std::vector<Subject>& subjects,
                                                    std::vector<std::string>& warnings);

/// What a set of patches should be complete for.
struct Whole {
  std::string platform;
  std::function<bool(const Patch&)> is_for_product;
  std::string place = "in the service pack";  ///< for the warnings: which is not ...
};

/// What patches of the set require, directly or through others, but the set lacks: one warning
/// each, with the reason.
/// @param by for each subject whether another one supersedes it, as superseders() returns it
std::vector<std::string> missing_requirements(const Scope& scope,
                                              const std::vector<Subject>& subjects,
                                              const std::vector<std::optional<std::size_t>>& by,
                                              const Whole& whole);

}  // namespace upkeep::patch::report
