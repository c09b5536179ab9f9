// SPDX-License-Identifier: MIT
#include "patch_web/permissions.hpp"

#include "patch/model/actor.hpp"
#include "patch_web/visit.hpp"

namespace upkeep::patch_web {

namespace {

struct Protected {
  const char* role;
  bool granted = false;  ///< refused to all unless the role is defined
};

/// What pmt-patch(1), pmt-lifecycle(1), pmt-verify(1) and pmt-web(7) say that each role protects.
constexpr Protected k_protected[]{
    {"pmt-request"}, {"pmt-new"},    {"pmt-edit"},         {"pmt-comment"},
    {"pmt-void"},    {"pmt-import"}, {"pmt-fields"},       {"pmt-lifecycle"},
    {"pmt-record"},  {"pmt-views"},  {k_admin_role, true},
};

}  // namespace

std::vector<Permission> permissions_of(const config::Patch& config, const std::string& user) {
  const patch::Roles roles(config, user);
  std::vector<Permission> all;
  all.reserve(std::size(k_protected));
  for (const Protected& one : k_protected) {
    Permission permission{
        .act = text_of(english().me.acts, one.role), .role = one.role, .may = !one.granted};
    if (one.granted) permission.who.emplace();
    if (config.roles) {
      if (const auto found = config.roles->find(one.role); found != config.roles->end()) {
        permission.may = roles.has(one.role);
        permission.who = found->second;
      }
    }
    all.push_back(std::move(permission));
  }
  return all;
}

Value permission_value(const Permission& permission) {
  Value who;
  if (permission.who) who = ValueList(permission.who->begin(), permission.who->end());
  return ValueObject{{"act", permission.act}, {"may", permission.may}, {"who", std::move(who)}};
}

std::vector<std::string> roles_of(const config::Patch& config, const std::string& user) {
  std::vector<std::string> names;
  if (!config.roles) return names;
  const patch::Roles roles(config, user);
  for (const auto& [role, members] : *config.roles) {
    if (roles.has(role)) names.push_back(role);
  }
  return names;
}

}  // namespace upkeep::patch_web
