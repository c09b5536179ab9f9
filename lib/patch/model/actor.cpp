// SPDX-License-Identifier: MIT
#include "patch/model/actor.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <sys/types.h>

namespace upkeep::patch {

std::set<std::string> groups_of(const std::string& user) {
  std::set<std::string> names;
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) return names;
  const gid_t primary = entry->pw_gid;
  int count = 64;
  std::vector<gid_t> ids(static_cast<std::size_t>(count));
  while (::getgrouplist(user.c_str(), primary, ids.data(), &count) < 0) {
    ids.resize(static_cast<std::size_t>(count));
  }
  ids.resize(static_cast<std::size_t>(count));
  for (const gid_t id : ids) {
    if (const group* found = ::getgrgid(id)) names.insert(found->gr_name);
  }
  return names;
}

bool is_account_name(const std::string& name) {
  static const Regex k_account("[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}");
  return k_account.matches(name);
}

Actor acting(const config::Patch& config, const std::string& user, const std::string& as,
             const std::string& tool) {
  if (as.empty() || as == user) return {user, tool};
  if (!is_account_name(as)) {
    throw DataError(fmt::format("--as '{}': not an account name", printable(as)));
  }
  const auto& trusted = config.trusted;
  if (std::find(trusted.begin(), trusted.end(), user) == trusted.end()) {
    throw Error(ExitStatus::not_permitted, fmt::format("{} may not act for {}", user, as),
                "[patch] trusted lists the accounts that may");
  }
  return {as, fmt::format("{} by {}", tool, user)};
}

namespace {

/// Whether `one`, an entry of a list of people, is the user or one of the user's groups.
bool names_user(const std::string& one, const std::string& user,
                const std::set<std::string>& groups) {
  return one.starts_with("@") ? groups.contains(one.substr(1)) : one == user;
}

}  // namespace

Roles::Roles(const config::Patch& config, const std::string& user)
    : m_enforced(config.roles.has_value()) {
  if (!m_enforced) return;
  const std::set<std::string> groups = groups_of(user);
  for (const auto& [role, members] : *config.roles) {
    const bool member = std::any_of(members.begin(), members.end(), [&](const std::string& one) {
      return names_user(one, user, groups);
    });
    if (member) m_roles.insert(role);
  }
}

bool Roles::has(const std::string& role) const {
  return !m_enforced || m_roles.contains(role);
}

std::vector<std::string> hidden_categories(const config::Patch& config, const std::string& user) {
  std::vector<std::string> hidden;
  if (config.see.empty()) return hidden;
  const std::set<std::string> groups = groups_of(user);
  const Roles roles(config, user);
  for (const auto& [category, members] : config.see) {
    const bool may = std::any_of(members.begin(), members.end(), [&](const std::string& one) {
      return names_user(one, user, groups) ||
             (config.roles && config.roles->contains(one) && roles.has(one));
    });
    if (!may) hidden.push_back(category);
  }
  return hidden;
}

std::string real_name(const std::string& gecos, const std::string& login) {
  std::string capital = login;
  if (!capital.empty() && capital[0] >= 'a' && capital[0] <= 'z') {
    capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  }
  return std::string(trim(replace_all(gecos.substr(0, gecos.find(',')), "&", capital)));
}

Person person_of(const config::Patch& config, const std::string& user) {
  const passwd* entry = ::getpwnam(user.c_str());
  const std::string name =
      entry == nullptr || entry->pw_gecos == nullptr ? "" : real_name(entry->pw_gecos, user);
  Person person{user, {}};
  for (const std::string& one : config.person) {
    if (name.empty() && one.find("{name}") != std::string::npos) continue;
    std::string own = replace_all(replace_all(one, "{user}", user), "{name}", name);
    const auto known = std::find(person.names.begin(), person.names.end(), own);
    if (known == person.names.end()) person.names.push_back(std::move(own));
  }
  return person;
}

std::set<std::string> system_people() {
  std::set<std::string> people;
  ::setpwent();
  while (const passwd* entry = ::getpwent()) {
    const std::string_view shell = entry->pw_shell != nullptr ? entry->pw_shell : "";
    const bool logs_in = !shell.ends_with("/nologin") && !shell.ends_with("/false") &&
                         !shell.ends_with("/sync") && !shell.empty();
    constexpr uid_t k_first_person = 1000, k_nobody = 65534;
    if (logs_in && entry->pw_uid >= k_first_person && entry->pw_uid != k_nobody) {
      people.insert(entry->pw_name);
    }
  }
  ::endpwent();
  return people;
}

}  // namespace upkeep::patch
