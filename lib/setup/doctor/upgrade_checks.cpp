// SPDX-License-Identifier: MIT
// Doctor: what upgrades require on this machine.
#include "base/helpers.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"
#include "upgrade/probe/marker_file.hpp"
#include "upgrade/runner/root_rule.hpp"

#include <fmt/format.h>

#include <chrono>

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

// The PATH of a scheduled job, independent of the caller (ws-schedule).
const char* const k_job_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const char* const k_no_target = "no [upgrade] target is configured";

/// Why nothing can run in the directory; empty: it can be used.
std::string directory_problem(const std::filesystem::path& directory, const Account& runner) {
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    return fmt::format("[upgrade] directory {} does not exist or is not accessible",
                       directory.string());
  }
  if (!S_ISDIR(info.st_mode)) {
    return fmt::format("[upgrade] directory {} is not a directory", directory.string());
  }
  const std::string why = runner.obstacle(directory, X_OK);
  return why.empty() ? why : "[upgrade] directory: " + why;
}

bool belongs_to_root(const std::filesystem::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && info.st_uid == 0;
}

Finding check_hook(const char* key, const std::vector<std::string>& argv,
                   const Examination& examination) {
  const config::Upgrade& upgrade = examination.config().upgrade;
  const auto program =
      find_program(argv.front(), examination.setting().search_path, upgrade.directory);
  if (!program) {
    return fail(
        fmt::format("[upgrade] {}: {} was not found or is not executable", key, argv.front()),
        "install it, or give its absolute path");
  }
  return ok(fmt::format("{}: {}", key, program->string()));
}

}  // namespace

Findings check_target(Examination& examination) {
  const config::Config& config = examination.config();
  if (config.upgrade.target.empty()) {
    return {warning(std::string(k_no_target) + ": nothing can be checked or upgraded",
                    "set target and [[probe]]s in upkeep.toml, see upkeep.toml(5)")};
  }
  const auto probes = config.probes_of(config.upgrade.target);
  if (probes.size() == 1) {
    return {warning(fmt::format("version {} has only a single probe", config.upgrade.target),
                    "add probes for the last changes of the upgrade: its first change is visible "
                    "long before its end")};
  }
  return {ok(fmt::format("version {}, with {} probes", config.upgrade.target, probes.size()))};
}

Findings check_command(Examination& examination) {
  const config::Upgrade& upgrade = examination.config().upgrade;
  if (upgrade.target.empty()) return {skipped(k_no_target)};
  if (upgrade.command.empty()) {
    return {
        fail("no [upgrade] command is configured", "name the program that upgrades a workspace")};
  }
  if (!upgrade.directory.empty()) {
    if (const auto why = directory_problem(upgrade.directory, examination.runner()); !why.empty()) {
      return {fail(
          why, fmt::format("correct the path, or let {} enter it", examination.runner().name()))};
    }
  }
  const auto program =
      find_program(upgrade.command.front(), examination.setting().search_path, upgrade.directory);
  if (!program) {
    return {fail(fmt::format("[upgrade] command: {} was not found or is not executable",
                             upgrade.command.front()),
                 "install it, or give its absolute path")};
  }
  if (const std::string why = examination.runner().obstacle(*program, X_OK); !why.empty()) {
    return {fail("[upgrade] command: " + why, as_root("chmod a+rx " + typed(*program)))};
  }
  if (!find_program(upgrade.command.front(), k_job_path, upgrade.directory)) {
    return {warning(
        fmt::format(
            "[upgrade] command: {} is in this PATH, but not in that of a scheduled job ({})",
            program->string(), k_job_path),
        "give its absolute path")};
  }
  std::string text = fmt::format("{} in {}", program->string(),
                                 upgrade.directory.empty() ? "/" : upgrade.directory.string());
  const auto exposed = upgrade::exposed_upgrade(examination.config());
  if (!exposed) return {ok(text)};
  if (upgrade.as_root) {
    return {warning(
        fmt::format("as_root = true: root runs a command that another account can modify: {}",
                    *exposed),
        "make it owned and writable by root only, or run upgrades as its owner")};
  }
  if (belongs_to_root(upgrade.state_dir)) {
    return {fail(
        fmt::format(
            "root owns state_dir, but does not run a command that another account can modify: {}",
            *exposed),
        "give state_dir and log_dir to the account that upgrades belong to, or make these files "
        "owned and writable by root only")};
  }
  return {ok(text + "; root is refused: " + *exposed)};
}

Findings check_hooks(Examination& examination) {
  const config::Upgrade& upgrade = examination.config().upgrade;
  Findings findings;
  if (!upgrade.before.empty()) {
    findings.push_back(check_hook("before", upgrade.before, examination));
  }
  if (!upgrade.after.empty()) findings.push_back(check_hook("after", upgrade.after, examination));
  if (findings.empty()) findings.push_back(skipped("neither before nor after is configured"));
  return findings;
}

Findings check_helpers(Examination& examination) {
  const auto& here = examination.setting().binary_directory;
  std::vector<std::string> missing;
  if (!find_program((here / "ws-upgrade").string(), "")) missing.emplace_back("ws-upgrade");
  if (!find_helper(here, "ws-guardian")) missing.emplace_back("ws-guardian");
  if (missing.empty()) return {ok(here.string())};
  return {examination.problem(
      fmt::format("not next to {}: {}", (here / "upkeep").string(), join(missing, ", ")),
      "install the suite again: its programs belong together")};
}

Findings check_marker(Examination& examination) {
  const auto& path = examination.config().upgrade.marker;
  if (path.empty()) return {skipped("no [upgrade] marker is configured")};
  const upgrade::Marker marker = upgrade::read_marker(path);
  std::error_code ignored;
  if (!marker.present && std::filesystem::exists(path, ignored)) {
    return {warning(fmt::format("{} exists and names no workspace", path.string()),
                    "it is ignored; remove it when no upgrade runs")};
  }
  if (!marker.present) return {ok(fmt::format("{} does not exist", path.string()))};
  struct stat info {};
  std::string age;
  if (::stat(path.c_str(), &info) == 0) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wall_now().time_since_epoch());
    age =
        fmt::format(" for {}", human_duration(seconds - std::chrono::seconds(info.st_mtim.tv_sec)));
  }
  return {warning(
      fmt::format("{} exists{} and names {}: an upgrade outside upkeep, or a leftover of one",
                  path.string(), age,
                  marker.workspace.empty() ? "every workspace" : printable(marker.workspace)),
      "when no upgrade is running, check that workspace and remove the file; upgrades wait for it "
      "until then")};
}

}  // namespace upkeep::setup
