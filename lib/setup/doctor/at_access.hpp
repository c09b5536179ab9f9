// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace upkeep::setup {

/// The rule of at(1): root may always use it; if at.allow exists, the users listed there;
/// otherwise, if at.deny exists, users not listed there; otherwise only root. Pure.
/// @param allow, deny the contents of the files; nullopt: the file does not exist
bool may_use_at(const std::string& user, const std::optional<std::string>& allow,
                const std::optional<std::string>& deny);

/// How to permit `user` to use at. @param allow_exists whether at.allow exists
std::string way_into_at(const std::string& user, bool allow_exists);

}  // namespace upkeep::setup
