// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace upkeep::setup {

/// at(1)'s own rule: root may; with at.allow only those that it lists; without it those
/// that at.deny does not list; with neither file root alone. Pure.
/// @param allow, deny the files' text; nullopt: not there
bool may_use_at(const std::string& user, const std::optional<std::string>& allow,
                const std::optional<std::string>& deny);

/// The way to let `user` use at, given what at.allow holds. @param allow_exists whether it is there
std::string way_into_at(const std::string& user, bool allow_exists);

}  // namespace upkeep::setup
