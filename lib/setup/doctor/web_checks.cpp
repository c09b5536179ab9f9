// SPDX-License-Identifier: MIT
// Doctor: the waiting page, and the permissions of the web server's account.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/helpers.hpp"
#include "base/process.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"
#include "setup/doctor/sudo_rules.hpp"
#include "upgrade/gate/site_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <pwd.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

const char* const k_no_page = "no [web] status_dir is configured";
constexpr std::chrono::seconds k_sudo_answers_within{10};

/// The account that runs upgrades: the owner of state_dir.
std::string account_of_upgrades(const Examination& examination) {
  std::error_code error;
  if (!std::filesystem::exists(examination.config().upgrade.state_dir, error)) return "upkeep";
  return examination.runner().name();
}

/// ws-visitor, installed or in the source tree.
std::optional<std::filesystem::path> find_visitor(const std::filesystem::path& binaries) {
  if (auto found = find_helper(binaries, "ws-visitor")) return found;
  return find_helper((binaries / "../../scripts").lexically_normal(), "cgi/ws-visitor");
}

/// How to permit it: the sudo rule is installed with this program.
std::string how_to_allow(const std::filesystem::path& binaries) {
  std::filesystem::path rule = (binaries / "../share/upkeep/sudoers").lexically_normal();
  if (!std::filesystem::exists(rule)) rule = "/usr/share/upkeep/sudoers";
  return as_root(fmt::format("install -m 0440 {} /etc/sudoers.d/upkeep", typed(rule)));
}

/// Whether a command line (`/proc/PID/cmdline`) is that of a map program as Apache starts it, or of
/// what nginx asks.
bool serves_a_map(const std::string& command_line) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from < command_line.size();) {
    const auto end = std::min(command_line.find('\0', from), command_line.size());
    words.push_back(command_line.substr(from, end - from));
    from = end + 1;
  }
  if (words.empty()) return false;
  const auto program = std::filesystem::path(words[0]).filename();
  if (program == "ws-gate") return true;
  if (program != "ws-check") return false;
  return std::find(words.begin(), words.end(), "--map") != words.end();
}

struct MapProcess {
  pid_t pid = 0;
  uid_t user = 0;
};

/// The oldest running map program; nullopt: none is visible to this user.
std::optional<MapProcess> find_map_process() {
  std::optional<MapProcess> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto pid = to_integer(entry.path().filename().string());
    struct stat info {};
    if (!pid || (found && found->pid < *pid) || ::stat(entry.path().c_str(), &info) != 0) continue;
    try {
      if (serves_a_map(read_file(entry.path() / "cmdline")))
        found = MapProcess{static_cast<pid_t>(*pid), info.st_uid};
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it has ended
    }
  }
  return found;
}

}  // namespace

Findings check_map_program(Examination& examination) {
  if (examination.config().web.status_dir.empty()) return {skipped(k_no_page)};
  if (const auto running = find_map_process())
    return {ok(fmt::format("it runs as {}, process {}", user_name(running->user), running->pid))};
  // With hidepid, even a permanently running process is invisible.
  if (::access("/proc/1/cmdline", F_OK) != 0)
    return {skipped("other users' processes are hidden here")};
  return {warning(
      "neither ws-check --map nor ws-gate is running: the gate lets all requests pass",
      as_root("apachectl graceful") + "  # if it exits immediately, see Apache's error log")};
}

Findings check_gate_table(Examination& examination) {
  const config::Config& config = examination.config();
  const config::Gate& gate = config.profiles.at(config.upgrade.profile).gate;
  if (gate.by != config::GateBy::table || gate.table.empty())
    return {skipped("no table names the workspaces of hosts")};
  const std::string file = gate.table.string();
  if (const std::string why = examination.runner().obstacle(gate.table, R_OK); !why.empty())
    return {fail(why, "make it readable for the account that runs upgrades")};
  try {
    const upgrade::ParsedSites parsed = upgrade::parse_site_table(read_file(gate.table));
    if (parsed.malformed.empty())
      return {ok(fmt::format("{} addresses in {}", parsed.sites.size(), file))};
    return {
        warning(fmt::format("{}:{}: not HOST[/PATH] WORKSPACE; such lines are ignored ({} here)",
                            file, parsed.malformed.front(), parsed.malformed.size()),
                "correct them: requests to these hosts pass the gate")};
  } catch (const Error& error) {
    return {fail(error.what(), "correct [profile.NAME.gate] table")};
  }
}

Findings check_published(Examination& examination) {
  const std::filesystem::path& path = examination.config().web.status_dir;
  if (path.empty()) return {skipped(k_no_page)};
  struct stat info {};
  const std::string owner = account_of_upgrades(examination);
  const std::string make = as_root(fmt::format("install -d -m 0755 -o {} {}", owner, typed(path)));
  if (::stat(path.c_str(), &info) != 0)
    return {fail(fmt::format("{}: {}", path.string(), std::strerror(errno)), make)};
  const std::string as_shown = shown(path, info);
  const std::string open_it = as_root("chmod 0755 " + typed(path));
  if (!S_ISDIR(info.st_mode)) return {fail(as_shown + " is not a directory", "name another one")};
  if ((info.st_mode & S_IWOTH) != 0) return {fail(as_shown + " is writable by everybody", open_it)};
  if (const std::string why = examination.runner().obstacle(path, W_OK | X_OK); !why.empty())
    return {fail(why, make)};
  if ((info.st_mode & S_IXOTH) == 0 || (info.st_mode & S_IROTH) == 0) {
    return {
        fail(fmt::format("{} may not read {}", examination.config().web.user, as_shown), open_it)};
  }
  return {ok(as_shown)};
}

Findings check_web_rights(Examination& examination) {
  const config::Config& config = examination.config();
  if (config.web.status_dir.empty()) return {skipped(k_no_page)};
  const auto visitor = find_visitor(examination.setting().binary_directory);
  if (!visitor) {
    return {fail("ws-visitor is not installed with this program",
                 "install the suite again: its programs belong together")};
  }
  const std::string sudo = with_daemons(examination.setting().search_path);
  if (!find_program("sudo", sudo)) return {fail("sudo is not installed", "apt-get install sudo")};
  if (::getpwnam(config.web.user.c_str()) == nullptr) {
    return {fail(fmt::format("there is no account {}", config.web.user),
                 "set the web server's account in [web] user")};
  }
  if (::geteuid() != 0) {
    return {skipped(fmt::format("only root can check what {} may do", config.web.user))};
  }
  SpawnOptions options;
  options.argv = {"sudo", "-n", "-l", "-U", config.web.user};
  const Finished listed = run_process(options, "", k_sudo_answers_within);
  const std::string account = account_of_upgrades(examination);
  const SudoRules rules = read_sudo_rules(listed.out, account, visitor->string());
  if (!rules.allowed) {
    return {
        fail(fmt::format("{} may not run {} as {}", config.web.user, visitor->string(), account),
             how_to_allow(examination.setting().binary_directory))};
  }
  if (!rules.wider.empty()) {
    return {warning(fmt::format("{} may also run: {}", config.web.user, printable(rules.wider)),
                    "remove all other rules for the web server's account from sudoers")};
  }
  return {ok(fmt::format("{} may run {} as {}", config.web.user, visitor->string(), account))};
}

}  // namespace upkeep::setup
