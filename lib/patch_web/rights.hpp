// SPDX-License-Identifier: MIT
// What the roles of the registry allow a person.
#pragma once

#include "patch_web/visit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// An act that a role may protect.
struct Right {
  std::string act;
  bool may = false;
  /// The members of its role; nullopt: everybody may.
  std::optional<std::vector<std::string>> who;
};

/// All of them for the person of a visit.
std::vector<Right> rights_of(const Visit& visit);

}  // namespace upkeep::patch_web
