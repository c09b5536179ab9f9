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

/// Whether every `@group` and user of a role exists on this machine.
bool exists(const std::string& member) {
  if (member.starts_with("@")) return ::getgrnam(member.c_str() + 1) != nullptr;
  return ::getpwnam(member.c_str()) != nullptr;
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
  const auto& roles = examination.config().patch.roles;
  if (!roles) {
    return {warning("no [patch.roles]: anyone with access to the database may move any patch",
                    "define who has each role: [patch.roles] qa = [\"@qa\"]")};
  }
  std::vector<std::string> unknown;
  for (const auto& [role, members] : *roles) {
    for (const std::string& member : members) {
      if (!exists(member)) unknown.push_back(fmt::format("{} ({})", member, role));
    }
  }
  if (!unknown.empty()) {
    return {warning(fmt::format("no such user or group here: {}", join(unknown, ", ")),
                    "correct [patch.roles]; \"@name\" is a group, \"name\" a user")};
  }
  return {ok(fmt::format("{} of them", roles->size()))};
}

}  // namespace upkeep::setup
