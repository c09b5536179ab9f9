// SPDX-License-Identifier: MIT
#include "base/regex.hpp"
#include "base/text.hpp"
#include "ws/backend_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::ws {

namespace {

using std::chrono::seconds;

const char* const k_install = "install the package slurm-client, or choose another [schedule] via";

/// sbatch: one job a submission, its script on stdin. The job may start on any node that has upkeep
/// and its configuration; the licence keeps Slurm from starting more of them than there are slots.
class SlurmBackend final : public Backend {
 public:
  SlurmBackend(BackendSetting setting, std::string licence, std::vector<std::string> more)
      : m_setting(std::move(setting)), m_licence(std::move(licence)), m_more(std::move(more)) {}

  [[nodiscard]] std::string name() const override { return "slurm"; }
  [[nodiscard]] bool can_tell_gone() const override { return true; }

  Submitted submit(const Submission& submission) override {
    Submitted submitted;
    submitted.due = submission.due;
    std::vector<std::string> argv{"sbatch",     "--parsable",         "--job-name=upkeep",
                                  "--ntasks=1", "--output=/dev/null", "--error=/dev/null",
                                  "--chdir=/",  "--no-requeue",       "--export=LANG=C.UTF-8"};
    argv.push_back(fmt::format("--comment=run {}", submission.items.at(0).run));
    if (!m_licence.empty()) argv.push_back("--licenses=" + m_licence);
    const WallTime now = wall_now();
    if (!submission.at_once && submission.due > now) {
      // From now on, and so in no time zone: that of the controller may be another one.
      const auto in = std::chrono::ceil<seconds>(submission.due - now);
      argv.push_back(fmt::format("--begin=now+{}", in.count()));
    }
    argv.insert(argv.end(), m_more.begin(), m_more.end());
    const Finished ran = call(argv, script());
    static const Regex k_job(R"(^([0-9]+)(;|\n|$))");
    const auto job = k_job.groups(ran.out);
    if (ran.exit_status != 0 || !job) throw refused(ran);
    submitted.job = (*job)[1];
    return submitted;
  }

  void withdraw(const std::string& job) override {
    try {
      // What runs already is somebody's upgrade.
      (void)call({"scancel", "--state=PENDING", job}, "");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): best effort
    }
  }

  /// squeue names what waits, runs or ends; the rest is over, whatever became of it.
  std::vector<std::string> gone(const std::vector<std::string>& jobs) override {
    if (jobs.empty()) return {};
    const Finished listed =
        call({"squeue", "--noheader", "--format=%A", "--jobs=" + join(jobs, ",")}, "");
    // A single job that it has forgotten is an error, of several just not listed.
    const bool forgotten = listed.err.find("Invalid job id") != std::string::npos;
    if (listed.exit_status != 0 && !forgotten) return {};
    std::set<std::string> known;
    for (const std::string& line : split(listed.out, '\n')) known.emplace(trim(line));
    std::vector<std::string> missing;
    std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(missing),
                 [&](const std::string& job) { return !known.contains(job); });
    return missing;
  }

 private:
  [[nodiscard]] Finished call(const std::vector<std::string>& argv,
                              const std::string& input) const {
    return call_scheduler(m_setting, argv, input, {}, k_install);
  }

  /// What Slurm puts into a job's environment is no business of an upgrade.
  [[nodiscard]] std::string script() const {
    std::string text = "#!/bin/sh\nexec env -i";
    for (const std::string& variable : m_setting.environment) text += " " + shell_quoted(variable);
    return text + drain_words(m_setting);
  }

  [[nodiscard]] Error refused(const Finished& ran) const {
    const std::string said = printable(trim(ran.err));
    for (const char* word : {"Access/permission denied", "Invalid account", "User not permitted",
                             "a password is required"}) {
      if (ran.err.find(word) == std::string::npos) continue;
      return {ExitStatus::not_permitted,
              fmt::format("Slurm does not let {} in: {}", m_setting.user, said),
              "give the account a right in Slurm, or let it run sbatch as another user with "
              "[schedule] prefix"};
    }
    const bool licence = ran.err.find("license") != std::string::npos;
    return {ExitStatus::unavailable,
            fmt::format("sbatch refused the job (exit status {}): {}", ran.exit_status, said),
            licence ? "Licenses in slurm.conf has to name that of [schedule] slurm_licence"
                    : "'sinfo' and 'scontrol ping' look closer"};
  }

  BackendSetting m_setting;
  std::string m_licence;
  std::vector<std::string> m_more;
};

}  // namespace

std::unique_ptr<Backend> make_slurm_backend(BackendSetting setting, std::string licence,
                                            std::vector<std::string> more) {
  return std::make_unique<SlurmBackend>(std::move(setting), std::move(licence), std::move(more));
}

}  // namespace upkeep::ws
