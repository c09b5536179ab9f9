// SPDX-License-Identifier: MIT
#include "base/regex.hpp"
#include "base/text.hpp"
#include "upgrade/queue/backends/backend_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace upkeep::upgrade {

namespace {

using std::chrono::seconds;

constexpr seconds k_question_takes{8};
const char* const k_install = "install the package slurm-client, or choose another [schedule] via";

/// sbatch: one job per submission, its script on stdin. The job may start on any node that has
/// upkeep and its configuration; the licence keeps Slurm from starting more of them than there are
/// slots.
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
      // Relative to now, and so independent of the controller's time zone.
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
      // A running job may be running an upgrade.
      (void)call({"scancel", "--state=PENDING", job}, "");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): best effort
    }
  }

  /// squeue lists jobs that are waiting, running or ending; all others have ended. How they ended
  /// is known to the accounting, if there is one, otherwise to the controller for MinJobAge. The
  /// accounting answers even while the controller is unavailable.
  std::vector<GoneJob> gone(const std::vector<std::string>& jobs) override {
    const auto queued = in_queue(jobs);
    std::vector<std::string> doubtful;
    std::copy_if(jobs.begin(), jobs.end(), std::back_inserter(doubtful),
                 [&](const std::string& job) { return !queued || !queued->contains(job); });
    if (doubtful.empty()) return {};
    const auto recorded = in_accounting(doubtful);
    std::vector<GoneJob> missing;
    for (const std::string& job : doubtful) {
      const auto record = recorded.find(job);
      if (record != recorded.end()) {
        if (queued || is_over(record->second)) missing.push_back({job, record->second});
      } else if (queued) {
        missing.push_back({job, last_state(job)});
      }
    }
    return missing;
  }

 private:
  [[nodiscard]] Finished call(const std::vector<std::string>& argv,
                              const std::string& input) const {
    return call_scheduler(m_setting, argv, input, {}, k_install);
  }

  /// An optional query, limited because a login may be waiting. nullopt: no answer.
  [[nodiscard]] std::optional<Finished> ask(const std::vector<std::string>& argv) const {
    try {
      return call_scheduler(m_setting, argv, "", {}, k_install, k_question_takes);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  /// nullopt: the controller does not answer.
  [[nodiscard]] std::optional<std::set<std::string>> in_queue(
      const std::vector<std::string>& jobs) const {
    const auto listed = ask({"squeue", "--noheader", "--format=%A", "--jobs=" + join(jobs, ",")});
    if (!listed) return std::nullopt;
    // squeue reports an error for a single job that it has forgotten; among several, it omits it.
    const bool forgotten = listed->err.find("Invalid job id") != std::string::npos;
    if (listed->exit_status != 0 && !forgotten) return std::nullopt;
    std::set<std::string> known;
    for (const std::string& line : split(listed->out, '\n')) known.emplace(trim(line));
    return known;
  }

  /// The state of each job that the accounting knows; empty if none is configured.
  [[nodiscard]] std::map<std::string, std::string> in_accounting(
      const std::vector<std::string>& jobs) const {
    std::map<std::string, std::string> states;
    const auto listed = ask({"sacct", "--noheader", "--parsable2", "--allocations",
                             "--format=JobIDRaw,State", "--jobs=" + join(jobs, ",")});
    if (!listed || listed->exit_status != 0) return states;
    for (const std::string& line : split(listed->out, '\n')) {
      const auto bar = line.find('|');
      if (bar != std::string::npos)
        states[line.substr(0, bar)] = printable(trim(line.substr(bar + 1)));
    }
    return states;
  }

  /// The last state of a completed job, according to the controller; empty: unknown.
  [[nodiscard]] std::string last_state(const std::string& job) const {
    static const Regex k_state(R"(\bJobState=(\w+))");
    const auto shown = ask({"scontrol", "--oneliner", "show", "job", job});
    const auto state = shown ? k_state.groups(shown->out) : std::nullopt;
    return state ? (*state)[1] : "";
  }

  static bool is_over(const std::string& state) {
    static const std::set<std::string> k_alive{"PENDING",   "RUNNING",     "REQUEUED",  "RESIZING",
                                               "SUSPENDED", "CONFIGURING", "COMPLETING"};
    return !k_alive.contains(state.substr(0, state.find(' ')));  // `CANCELLED by 0`
  }

  /// Removes Slurm's environment variables from the job.
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
              fmt::format("Slurm denies access to {}: {}", m_setting.user, said),
              "grant the account access in Slurm, or let it run sbatch as another user with "
              "[schedule] prefix"};
    }
    const bool licence = ran.err.find("license") != std::string::npos;
    return {ExitStatus::unavailable,
            fmt::format("sbatch refused the job (exit status {}): {}", ran.exit_status, said),
            licence ? "Licenses in slurm.conf must include the one in [schedule] slurm_licence"
                    : "'sinfo' and 'scontrol ping' show more"};
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

}  // namespace upkeep::upgrade
