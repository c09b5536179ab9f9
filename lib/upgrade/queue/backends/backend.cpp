// SPDX-License-Identifier: MIT
#include "upgrade/queue/backends/backend.hpp"

#include "base/error.hpp"

#include <sys/stat.h>

namespace upkeep::upgrade {

const std::vector<std::string>& backend_names() {
  static const std::vector<std::string> k_names{"at", "slurm", "systemd", "command"};
  return k_names;
}

BackendSetting drain_setting(const config::Config& config, const config::Surroundings& surroundings,
                             const std::filesystem::path& binary_directory,
                             const std::string& home) {
  BackendSetting setting;
  setting.user = surroundings.user;
  setting.drain = {(binary_directory / "ws-upgrade").string(), "--drain"};
  if (!config.file.empty()) {
    setting.drain.insert(setting.drain.end(),
                         {"--config", std::filesystem::absolute(config.file).string()});
  }
  // Only what a job needs: at(1) stores all of it in its spool.
  setting.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "SHELL=/bin/sh",
                         "LANG=C.UTF-8",
                         "LOGNAME=" + setting.user,
                         "USER=" + setting.user,
                         "HOME=" + home,
                         "XDG_STATE_HOME=" + surroundings.state_home.string()};
  return setting;
}

MakeBackend backend_of_a_looker(const config::Config& config, BackendSetting setting,
                                unsigned uid) {
  struct stat state {};
  const bool ours = ::stat(config.upgrade.state_dir.c_str(), &state) == 0 && state.st_uid == uid;
  if (!ours && config.schedule.prefix.empty()) return {};
  return [&config, setting = std::move(setting)] {
    return make_backend(config.schedule.via, config.schedule, setting);
  };
}

std::unique_ptr<Backend> make_backend(config::Via via, const config::Schedule& schedule,
                                      BackendSetting setting) {
  setting.prefix = schedule.prefix;
  switch (via) {
    case config::Via::at:
      return make_at_backend(std::move(setting), schedule.at_queue);
    case config::Via::command:
      if (schedule.command.empty()) {
        throw ConfigError(
            "[schedule] command is missing, which is required with via = \"command\"");
      }
      return make_command_backend(std::move(setting), schedule.command);
    case config::Via::slurm:
      return make_slurm_backend(std::move(setting), schedule.slurm_licence, schedule.options);
    case config::Via::systemd:
      return make_systemd_backend(std::move(setting), schedule.options);
  }
  throw Error(ExitStatus::internal, "no such backend");
}

}  // namespace upkeep::upgrade
