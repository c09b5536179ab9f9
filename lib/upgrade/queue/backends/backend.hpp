// SPDX-License-Identifier: MIT
// What a queued run is handed to, so that somebody works the queue off when it is due. One backend
// a file.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// Runs that were queued together and are due together.
struct Submission {
  WallTime due;
  bool at_once = false;  ///< due now: the backend need not round
  struct Item {
    std::int64_t run;
    std::string workspace;
  };
  std::vector<Item> items;
};

struct Submitted {
  std::string job;      ///< the backend's own name for it
  WallTime due;         ///< when it will really start
  std::string warning;  ///< worth telling although it was taken; empty: none
};

/// A job that its scheduler neither has nor runs any more.
struct GoneJob {
  std::string job;
  std::string why;  ///< the scheduler's own word for how it ended; empty: it does not say
};

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  /// Whether one job serves many runs; else they are submitted one by one.
  [[nodiscard]] virtual bool takes_many() const { return true; }
  /// @throws Error(not_permitted) where the caller may not use it, Error(unavailable) where it
  /// fails otherwise;
  ///   then it has kept nothing
  virtual Submitted submit(const Submission& submission) = 0;
  /// Takes a job back that has nothing to do any more. Best effort: a job that starts finds nothing
  /// due.
  virtual void withdraw(const std::string& job) = 0;
  /// Whether gone() means anything.
  [[nodiscard]] virtual bool can_tell_gone() const { return false; }
  /// Of `jobs` (its own) those that are gone: their runs need new ones.
  /// @throws Error(unavailable)
  virtual std::vector<GoneJob> gone(const std::vector<std::string>& /*jobs*/) { return {}; }
};

/// What a backend has to know of its surroundings; the domain reads no environment.
struct BackendSetting {
  std::vector<std::string> drain;  ///< argv that works the queue off
  std::vector<std::string>
      environment;                  ///< the whole one for the scheduler's client and so for the job
  std::vector<std::string> prefix;  ///< before the scheduler's client, e.g. sudo -n -u upkeep
  std::string user;                 ///< of this process, for advice
};

/// For jobs that drain the queue under this configuration with the ws-upgrade in that directory.
/// @param home of the account of this process
BackendSetting drain_setting(const config::Config& config, const config::Surroundings& surroundings,
                             const std::filesystem::path& binary_directory,
                             const std::string& home);

/// at(1): one job a submission, in its own queue, whole minutes.
std::unique_ptr<Backend> make_at_backend(BackendSetting setting, std::string queue);
/// Slurm: one job a submission, with a licence (empty: none) and more options of sbatch.
std::unique_ptr<Backend> make_slurm_backend(BackendSetting setting, std::string licence,
                                            std::vector<std::string> more);
/// systemd-run: a transient timer a submission, with more options of systemd-run.
std::unique_ptr<Backend> make_systemd_backend(BackendSetting setting,
                                              std::vector<std::string> more);
/// Any engine: an argv with {run} {workspace} {due}, the same as JSON on its stdin; the first line
/// of its stdout names the job.
std::unique_ptr<Backend> make_command_backend(BackendSetting setting,
                                              std::vector<std::string> command);

/// The one that `via` names. @throws ConfigError where a key is missing that it needs
std::unique_ptr<Backend> make_backend(config::Via via, const config::Schedule& schedule,
                                      BackendSetting setting);

/// Makes the configured backend; called only where a job is needed.
using MakeBackend = std::function<std::unique_ptr<Backend>()>;

/// For tools that look and may hand work over again on the way; empty where a job of this account
/// could not run upgrades: the state directory is another one's, and no `prefix` leads there.
MakeBackend backend_of_a_looker(const config::Config& config, BackendSetting setting, unsigned uid);

/// The words of `via`, in the order of config::Via.
const std::vector<std::string>& backend_names();

}  // namespace upkeep::upgrade
