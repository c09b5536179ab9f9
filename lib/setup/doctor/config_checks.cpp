// SPDX-License-Identifier: MIT
// Doctor: upkeep.toml, beyond the checks made when it is read.
#include "base/regex.hpp"
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

std::vector<const config::Server*> all_servers(const config::Config& config) {
  std::vector<const config::Server*> servers{&config.database};
  for (const config::Server& server : config.servers) servers.push_back(&server);
  return servers;
}

/// Whether a `@group` or a user of a role exists on this machine.
bool exists(const std::string& member) {
  if (member.starts_with("@")) return ::getgrnam(member.c_str() + 1) != nullptr;
  return ::getpwnam(member.c_str()) != nullptr;
}

/// Whether a `@group` that exists has members, also by their primary group.
bool has_members(const std::string& group) {
  const struct group* entry = ::getgrnam(group.c_str() + 1);
  if (entry == nullptr) return false;
  if (entry->gr_mem != nullptr && *entry->gr_mem != nullptr) return true;
  const gid_t id = entry->gr_gid;
  bool found = false;
  ::setpwent();
  while (const passwd* one = ::getpwent()) found = found || one->pw_gid == id;
  ::endpwent();
  return found;
}

/// What is wrong with the people of one entry of a table, named `what`.
void look_at_people(const std::string& what, const std::vector<std::string>& members,
                    std::vector<std::string>& unknown, std::vector<std::string>& empty) {
  if (members.empty()) empty.push_back(what);
  for (const std::string& member : members) {
    if (!exists(member)) {
      unknown.push_back(fmt::format("{} ({})", member, what));
    } else if (member.starts_with("@") && !has_members(member)) {
      empty.push_back(fmt::format("{} ({})", member, what));
    }
  }
}

/// Command that makes the file, or the inaccessible directory above it, readable for the account.
std::string way_in(const Account& runner, const std::filesystem::path& path,
                   const std::string& give) {
  for (auto above = path.parent_path(); above.has_relative_path(); above = above.parent_path()) {
    if (!runner.may({{above, X_OK}}).front()) return as_root("chmod a+x " + typed(above));
  }
  return give;
}

}  // namespace

Findings check_configuration(Examination& examination) {
  const DoctorSetting& setting = examination.setting();
  if (!setting.config) {
    return {fail(setting.config_problem,
                 setting.config_advice.empty() ? "see upkeep.toml(5)" : setting.config_advice)};
  }
  const config::Config& config = *setting.config;
  if (config.file.empty()) return {ok("no upkeep.toml: the private local database is used")};
  const std::string file = config.file.string();
  std::vector<std::filesystem::path> files{config.file};
  files.insert(files.end(), config.included.begin(), config.included.end());
  for (const auto& one : files) {
    struct stat info {};
    if (::stat(one.c_str(), &info) != 0) continue;
    // The file names the commands that upgrades run: who can write it can run commands as that
    // user.
    const std::string who = stranger_who_may_write(info, examination.runner().uid());
    if (who.empty()) continue;
    return {fail(fmt::format("{} can be modified by {}", one.string(), who),
                 fmt::format("{} && {}", as_root("chown root " + typed(one)),
                             as_root("chmod go-w " + typed(one))))};
  }
  if (config.local_database) {
    return {ok(fmt::format("{}, which has no [database]: the private local one is used", file))};
  }
  return {ok(file)};
}

Findings check_password_files(Examination& examination) {
  std::set<std::string> files;
  Findings findings;
  for (const config::Server* server : all_servers(examination.config())) {
    const std::string& path = server->password_file;
    struct stat info {};
    if (path.empty() || !files.insert(path).second || ::stat(path.c_str(), &info) != 0) continue;
    const Account& runner = examination.runner();
    const std::string give = as_root(fmt::format("chown {} {}", runner.name(), typed(path)));
    if (const std::string who = stranger_who_may_write(info, runner.uid()); !who.empty()) {
      findings.push_back(warning(fmt::format("{} can be modified by {}", path, who), give));
    } else if (const std::string why = runner.obstacle(path, R_OK);
               examination.upgrades() && !why.empty()) {
      findings.push_back(fail(why + ", and runs the upgrades", way_in(runner, path, give)));
    } else if (server->password.empty()) {
      findings.push_back(warning(fmt::format("{} is empty", path), "write the password into it"));
    }
  }
  if (!findings.empty()) return findings;
  if (files.empty()) return {ok("none configured")};
  return {ok(fmt::format("closed to others: {}", join({files.begin(), files.end()}, ", ")))};
}

Findings check_workspace_names(Examination& examination) {
  const config::Workspaces& workspaces = examination.config().workspaces;
  const Regex names(workspaces.names);
  // Names that must never be accepted for a workspace: each has a special meaning to a shell, in a
  // path or for the upgrade command.
  constexpr std::array k_dangerous{"",    ".",  "..",  "a/b", "-x", "a b",  "a\nb", "a\tb",
                                   "a;b", "$a", "a'b", "a`b", "*",  "a\"b", "a\\b"};
  std::vector<std::string> let_in;
  for (const char* name : k_dangerous) {
    if (names.matches(name)) let_in.push_back(fmt::format("'{}'", printable(name)));
  }
  if (!let_in.empty()) {
    return {warning(
        fmt::format("[workspaces] names permits {}", join(let_in, " ")),
        "use the default, [A-Za-z0-9_]{1,61}, or add only characters without a special meaning")};
  }
  if (workspaces.discover == config::Discover::schemas) {
    return {ok(fmt::format("{} in schemas {}", workspaces.names, workspaces.schema))};
  }
  if (workspaces.discover != config::Discover::sites) {
    return {ok(fmt::format("{} in {}", workspaces.names,
                           workspaces.discover == config::Discover::files
                               ? workspaces.files
                               : "the output of " + join(workspaces.command, " ")))};
  }
  std::error_code error;
  std::filesystem::directory_iterator sites(workspaces.sites, error);
  if (error) {
    return {
        fail(fmt::format("[workspaces] sites {}: {}", workspaces.sites.string(), error.message()),
             fmt::format("let {} read it, or correct the path", examination.runner().name()))};
  }
  return {ok(fmt::format("{} in {}", workspaces.names, workspaces.sites.string()))};
}

Findings check_roles(Examination& examination) {
  const config::Patch& patch = examination.config().patch;
  std::vector<std::string> unknown, empty;
  for (const auto& [category, members] : patch.see) {
    std::vector<std::string> people = members;
    if (patch.roles) {
      std::erase_if(people, [&](const std::string& one) { return patch.roles->contains(one); });
    }
    const std::string what = "[patch.see] " + category;
    if (members.empty()) empty.push_back(what);
    if (!people.empty()) look_at_people(what, people, unknown, empty);
  }
  if (patch.roles) {
    for (const auto& [role, members] : *patch.roles) {
      look_at_people(role, members, unknown, empty);
    }
  }
  std::vector<std::string> details, fixes;
  if (!patch.roles) {
    details.emplace_back("no [patch.roles]: anyone with access to the database may move any patch");
    fixes.emplace_back("define who has each role: [patch.roles] qa = [\"@qa\"]");
  }
  if (!unknown.empty()) {
    details.push_back("no such user or group here: " + join(unknown, ", "));
    fixes.emplace_back("correct the names; \"@name\" is a group, \"name\" a user");
  }
  if (!empty.empty()) {
    details.push_back("without members: " + join(empty, ", "));
    fixes.emplace_back("add people, or remove the entry");
  }
  if (details.empty()) return {ok(fmt::format("{} of them", patch.roles->size()))};
  return {warning(join(details, "; "), join(fixes, "; "))};
}

}  // namespace upkeep::setup
