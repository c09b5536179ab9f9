// SPDX-License-Identifier: MIT
// Who acts, and what they may do.
#pragma once

#include "config/config.hpp"
#include "patch/model/once.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The account that events are recorded under, and how it acted.
struct Actor {
  std::string name;
  std::string via;  ///< the tool, and the trusted account if it acts for another
  /// The act that happens once; none: it may happen again. All copies share it.
  std::shared_ptr<Once> once{};
};

/// Whether a text can be the name of a system user: what --as accepts.
bool is_account_name(const std::string& name);

/// The user of this process, or `as` if `[patch] trusted` lists that user.
/// @param as empty: the user themselves
/// @throws Error(not_permitted) if the user is not listed; DataError if `as` is not an account name
Actor acting(const config::Patch& config, const std::string& user, const std::string& as,
             const std::string& tool);

/// The names of the groups of a system user; none if the system does not know the user.
std::set<std::string> groups_of(const std::string& user);

/// The roles of `[patch.roles]` that a system user has, by name or group. Without that table,
/// everyone has every role.
class Roles {
 public:
  Roles(const config::Patch& config, const std::string& user);

  /// Whether the user has `role`; no one has a role that is not listed.
  [[nodiscard]] bool has(const std::string& role) const;
  /// Whether roles are enforced at all.
  [[nodiscard]] bool enforced() const noexcept { return m_enforced; }

 private:
  bool m_enforced;
  std::set<std::string> m_roles;
};

/// The categories of `[patch.see]` whose patches and requests a system user may not see: the user
/// is not listed by name, group or role.
std::vector<std::string> hidden_categories(const config::Patch& config, const std::string& user);

/// The names of a user in people fields: the login name and what `[patch] person` gives, each once.
/// The real name is that of the password database; a template that needs it gives nothing if there
/// is none.
struct Person {
  std::string login;
  std::vector<std::string> names;  ///< without the login name, unless a template gives it
};
Person person_of(const config::Patch& config, const std::string& user);

/// A real name from the first part of a GECOS field, in which `&` stands for the login name.
std::string real_name(const std::string& gecos, const std::string& login);

/// The login names of the people known to the system (getent passwd, so LDAP through NSS as well).
std::set<std::string> system_people();

}  // namespace upkeep::patch
