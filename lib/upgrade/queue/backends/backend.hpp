// SPDX-License-Identifier: MIT
// Schedulers to which queued runs are passed, so that the queue is processed when they are due. One
// backend per file.
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
  bool at_once = false;  ///< due now: the backend need not round up
  struct Item {
    std::int64_t run;
    std::string workspace;
  };
  std::vector<Item> items;
};

struct Submitted {
  std::string job;      ///< the backend's own name for it
  WallTime due;         ///< the actual start time
  std::string warning;  ///< although it was accepted; empty: none
};

/// A job that its scheduler neither has nor runs any more.
struct GoneJob {
  std::string job;
  std::string why;  ///< the scheduler's term for how it ended; empty: unknown
};

class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  /// Whether one job serves many runs; otherwise they are submitted one by one.
  [[nodiscard]] virtual bool takes_many() const { return true; }
  /// @throws Error(not_permitted) if the caller may not use it, Error(unavailable) for any other
  /// failure; in both cases nothing was submitted
  virtual Submitted submit(const Submission& submission) = 0;
  /// Cancels a job that has no more work. Best effort: a job that starts finds nothing due.
  virtual void withdraw(const std::string& job) = 0;
  /// Whether gone() is supported.
  [[nodiscard]] virtual bool can_tell_gone() const { return false; }
  /// The ones among `jobs` (of this backend) that are gone: their runs need new jobs.
  /// @throws Error(unavailable)
  virtual std::vector<GoneJob> gone(const std::vector<std::string>& /*jobs*/) { return {}; }
};

/// What a backend needs from outside; this library does not read the environment.
struct BackendSetting {
  std::vector<std::string> drain;  ///< argv that processes the queue
  std::vector<std::string>
      environment;                  ///< complete, for the scheduler's client and so for the job
  std::vector<std::string> prefix;  ///< before the scheduler's client, e.g. sudo -n -u upkeep
  std::string user;                 ///< of this process, for advice
};

/// The setting for jobs that drain the queue under this configuration, with the ws-upgrade in that
/// directory. @param home the home directory of this process's account
BackendSetting drain_setting(const config::Config& config, const config::Surroundings& surroundings,
                             const std::filesystem::path& binary_directory,
                             const std::string& home);

/// at(1): one job per submission, in its own queue, whole minutes.
std::unique_ptr<Backend> make_at_backend(BackendSetting setting, std::string queue);
/// Slurm: one job per submission, with a licence (empty: none) and more options of sbatch.
std::unique_ptr<Backend> make_slurm_backend(BackendSetting setting, std::string licence,
                                            std::vector<std::string> more);
/// systemd-run: one transient timer per submission, with more options of systemd-run.
std::unique_ptr<Backend> make_systemd_backend(BackendSetting setting,
                                              std::vector<std::string> more);
/// Any engine: an argv with {run} {workspace} {due}, and the same as JSON on its stdin; the first
/// line of its stdout is the name of the job.
std::unique_ptr<Backend> make_command_backend(BackendSetting setting,
                                              std::vector<std::string> command);

/// The backend selected by `via`. @throws ConfigError if a required key is missing
std::unique_ptr<Backend> make_backend(config::Via via, const config::Schedule& schedule,
                                      BackendSetting setting);

/// Creates the configured backend; called only if a job is needed.
using MakeBackend = std::function<std::unique_ptr<Backend>()>;

/// For tools that only read, but may replace lost jobs. Empty if a job of this account could not
/// run upgrades: the state directory belongs to another account, and no `prefix` switches to that.
MakeBackend backend_of_a_looker(const config::Config& config, BackendSetting setting, unsigned uid);

/// The words of `via`, in the order of config::Via.
const std::vector<std::string>& backend_names();

}  // namespace upkeep::upgrade
