// SPDX-License-Identifier: MIT
#include "patch_web/rights.hpp"

#include <utility>

namespace upkeep::patch_web {

std::vector<Right> rights_of(const Visit& visit) {
  static const std::vector<std::pair<const char*, const char*>> k_acts{
      {"edit", "pmt-edit"},       {"link", "pmt-edit"},       {"unlink", "pmt-edit"},
      {"comment", "pmt-comment"}, {"new", "pmt-new"},         {"take", "pmt-new"},
      {"request", "pmt-request"}, {"decline", "pmt-request"},
  };
  const auto& roles = visit.config().patch.roles;
  std::vector<Right> rights;
  rights.reserve(k_acts.size());
  for (const auto& [act, role] : k_acts) {
    Right one{act, visit.has_role(role), std::nullopt};
    if (roles && roles->contains(role)) one.who = roles->at(role);
    rights.push_back(std::move(one));
  }
  return rights;
}

}  // namespace upkeep::patch_web
