// SPDX-License-Identifier: MIT
#include "ws/backend.hpp"

#include "base/error.hpp"

namespace upkeep::ws {

const std::vector<std::string>& backend_names() {
  static const std::vector<std::string> k_names{"at", "slurm", "systemd", "command"};
  return k_names;
}

std::unique_ptr<Backend> make_backend(config::Via via, const config::Schedule& schedule,
                                      BackendSetting setting) {
  setting.prefix = schedule.prefix;
  switch (via) {
    case config::Via::at:
      return make_at_backend(std::move(setting), schedule.at_queue);
    case config::Via::command:
      if (schedule.command.empty()) {
        throw ConfigError("[schedule] command is missing, which via = \"command\" needs");
      }
      return make_command_backend(std::move(setting), schedule.command);
    case config::Via::slurm:
      return make_slurm_backend(std::move(setting), schedule.slurm_licence, schedule.options);
    case config::Via::systemd:
      return make_systemd_backend(std::move(setting), schedule.options);
  }
  throw Error(ExitStatus::internal, "no such backend");
}

}  // namespace upkeep::ws
