// SPDX-License-Identifier: MIT
#include "upgrade/runner/root_rule.hpp"

#include "base/error.hpp"
#include "base/exposure.hpp"
#include "base/program_search.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::upgrade {

namespace {

std::optional<std::string> exposure(const char* key, const std::vector<std::string>& argv,
                                    const std::filesystem::path& directory) {
  if (argv.empty()) return std::nullopt;
  const auto found = exposure_of(argv, program_to_start(argv[0], directory), directory);
  if (!found) return std::nullopt;
  return fmt::format("{}: {}", key, *found);
}

/// Advice; the account that upgrades belong to is the owner of state_dir.
std::string way_out(const config::Config& config, std::string_view tool) {
  struct stat info {};
  const bool known = ::stat(config.upgrade.state_dir.c_str(), &info) == 0 && info.st_uid != 0;
  const std::string account = known ? account_name(info.st_uid) : "ACCOUNT";
  return fmt::format(
      "run it as the account that upgrades belong to, with 'sudo -u {} {} ...'; or make root the "
      "only owner and writer of what it runs; or set [upgrade] as_root = true to run it as it is",
      account, tool);
}

bool root_must_not(const config::Config& config) {
  return ::geteuid() == 0 && !config.upgrade.as_root;
}

[[noreturn]] void refuse(const std::string& exposed, std::string advice) {
  throw Error(ExitStatus::not_permitted,
              fmt::format("refusing to run as root what another account can change: {}", exposed),
              std::move(advice));
}

}  // namespace

std::optional<std::string> exposed_upgrade(const config::Config& config) {
  const config::Upgrade& upgrade = config.upgrade;
  if (auto found = exposure("[upgrade] command", upgrade.command, upgrade.directory)) return found;
  if (auto found = exposure("[upgrade] before", upgrade.before, upgrade.directory)) return found;
  return exposure("[upgrade] after", upgrade.after, upgrade.directory);
}

void refuse_exposed_upgrade(const config::Config& config) {
  if (!root_must_not(config)) return;
  if (const auto found = exposed_upgrade(config)) refuse(*found, way_out(config, "ws-upgrade"));
}

void refuse_exposed_job(const config::Config& config, config::Via via) {
  if (!root_must_not(config)) return;
  const config::Schedule& schedule = config.schedule;
  const std::string advice = way_out(config, "ws-schedule");
  if (const auto found = exposure("[schedule] prefix", schedule.prefix, "/")) {
    refuse(*found, advice);
  }
  if (via == config::Via::command) {
    if (const auto found = exposure("[schedule] command", schedule.command, "/")) {
      refuse(*found, advice);
    }
    return;  // that program decides which account runs the job
  }
  // With a prefix, another account runs the job.
  if (!schedule.prefix.empty()) return;
  if (const auto found = exposed_upgrade(config)) refuse(*found, advice);
}

}  // namespace upkeep::upgrade
