// SPDX-License-Identifier: MIT
// What a person may do in general, and who may do the rest.
#pragma once

#include "config/config.hpp"
#include "record/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// Something that a role of the registry protects.
struct Permission {
  std::string act;   ///< in a few words: `edit fields and links`
  std::string role;  ///< `pmt-edit`
  bool may = false;
  /// The accounts and `@groups` that have the role; nullopt: it is not defined, and everyone may.
  std::optional<std::vector<std::string>> who{};
};

/// Everything that a role protects, in the order of the documentation.
std::vector<Permission> permissions_of(const config::Patch& config, const std::string& user);

/// `{act, may, who}`; `who` is null if everyone may.
Value permission_value(const Permission& permission);

/// The roles of [patch.roles] that a person has, sorted; empty if roles are not enforced.
std::vector<std::string> roles_of(const config::Patch& config, const std::string& user);

}  // namespace upkeep::patch_web
