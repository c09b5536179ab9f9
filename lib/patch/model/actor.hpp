// SPDX-License-Identifier: MIT
// Who acts, and what that person may do.
#pragma once

#include "config/config.hpp"

#include <set>
#include <string>

namespace upkeep::patch {

/// Who the acts are recorded under, and through what they were done.
struct Actor {
  std::string name;
  std::string via;  ///< the tool, and the trusted account where it named another
};

/// The user of this process, or `as` where `[patch] trusted` lists the account that asks.
/// @param as empty: nobody else
/// @throws Error(not_permitted) where it does not; DataError where `as` is no account name
Actor acting(const config::Patch& config, const std::string& user, const std::string& as,
             const std::string& tool);

/// The roles of `[patch.roles]` that a system user has, by name or by group. With no such table
/// every role is everybody's.
class Roles {
 public:
  Roles(const config::Patch& config, const std::string& user);

  /// Whether the user has `role`; a role without an entry is nobody's.
  [[nodiscard]] bool has(const std::string& role) const;
  /// Whether roles are enforced at all.
  [[nodiscard]] bool enforced() const noexcept { return m_enforced; }

 private:
  bool m_enforced;
  std::set<std::string> m_roles;
};

/// The names of people the system knows (getent passwd, so LDAP through NSS too): those that log
/// in.
std::set<std::string> system_people();

}  // namespace upkeep::patch
