// SPDX-License-Identifier: MIT
// The patches that a service pack contains, and those missing from it.
#pragma once

#include "patch/report/product_filter.hpp"
#include "patch/report/subjects.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::report {

/// For each subject the index of one that supersedes it; nullopt: the pack contains it. Of patches
/// that supersede one another the last one is contained, and `warnings` names them.
/// @pre subjects have links and are in the order in which a server applies them
std::vector<std::optional<std::size_t>> superseders(const Scope& scope,
                                                    const std::vector<Subject>& subjects,
                                                    std::vector<std::string>& warnings);

/// What patches of the pack require, directly or through others, but the pack lacks: one warning
/// each, with the reason.
/// @param by result of superseders(). @param is_for_product whether a patch is for the pack's
/// product
std::vector<std::string> missing_requirements(
    const Scope& scope, const std::vector<Subject>& subjects,
    const std::vector<std::optional<std::size_t>>& by, const std::string& platform,
    const std::function<bool(const Patch&)>& is_for_product);

}  // namespace upkeep::patch::report
