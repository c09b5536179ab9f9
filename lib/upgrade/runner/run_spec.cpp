// SPDX-License-Identifier: MIT
#include "upgrade/runner/run_spec.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::vector<std::string> filled(std::vector<std::string> argv, const Run& run) {
  for (std::string& word : argv) {
    word = replace_all(std::move(word), "{workspace}", run.workspace);
    word = replace_all(std::move(word), "{run}", std::to_string(run.id));
    word = replace_all(std::move(word), "{target}", run.target);
  }
  return argv;
}

guard::Spec spec_for(const RunnerContext& context, const Taken& taken, BootTime renewed_at) {
  const config::Upgrade& upgrade = context.config.upgrade;
  guard::Spec spec;
  spec.run = taken.run.id;
  spec.workspace = taken.run.workspace;
  spec.epoch = taken.lease.epoch;
  spec.before = filled(upgrade.before, taken.run);
  spec.argv = filled(upgrade.command, taken.run);
  spec.directory = upgrade.directory.string();
  spec.environment = {fmt::format("UPKEEP_RUN={}", taken.run.id),
                      fmt::format("UPKEEP_WORKSPACE={}", taken.run.workspace),
                      fmt::format("UPKEEP_TARGET={}", taken.run.target),
                      fmt::format("UPKEEP_EPOCH={}", taken.lease.epoch)};
  spec.umask = upgrade.umask;
  spec.timeout = upgrade.timeout;
  spec.grace = upgrade.grace;
  spec.lease = upgrade.lease;
  spec.policy = upgrade.on_lock_loss == config::OnLockLoss::kill ? guard::Policy::kill
                                                                 : guard::Policy::finish;
  spec.renewed_at = renewed_at;
  spec.status_path = context.host.status_path(taken.run.id);
  const config::Profile& profile = context.config.profiles.at(upgrade.profile);
  spec.rules = {profile.step_open, profile.step_close, profile.success,
                profile.failure,   profile.ignore,     profile.step_line};
  return spec;
}

}  // namespace upkeep::upgrade
