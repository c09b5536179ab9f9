// SPDX-License-Identifier: MIT
#include "base/regex.hpp"
#include "base/text.hpp"
#include "upgrade/queue/backends/backend_call.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <unistd.h>

namespace upkeep::upgrade {

namespace {

using std::chrono::seconds;

const char* const k_advice = "this requires systemd as init; choose another [schedule] via";

/// systemd-run: a transient timer and its service, accurate to the second. Pending timers do not
/// survive a reboot: a permanent timer that drains regularly processes what is left.
class SystemdBackend final : public Backend {
 public:
  SystemdBackend(BackendSetting setting, std::vector<std::string> more)
      : m_setting(std::move(setting)), m_more(std::move(more)) {
    // An ordinary account uses its own manager; with a prefix, the manager of root or of the other
    // account is used.
    m_own_manager = m_setting.user != "root" && m_setting.prefix.empty();
  }

  [[nodiscard]] std::string name() const override { return "systemd"; }
  [[nodiscard]] bool can_tell_gone() const override { return true; }

  Submitted submit(const Submission& submission) override {
    Submitted submitted;
    submitted.due = submission.due;
    // Unique, because a run may be submitted again if its job was lost.
    const std::string unit = fmt::format("upkeep-{}-{}", submission.items.at(0).run,
                                         wall_now().time_since_epoch().count());
    std::vector<std::string> argv = manager("systemd-run");
    argv.insert(argv.end(), {"--quiet", "--collect", "--unit=" + unit,
                             "--description=upkeep: upgrades of workspaces",
                             "--property=StandardInput=null", "--working-directory=/",
                             // The command outlives a killed ws-upgrade, under its guardian.
                             "--property=KillMode=process"});
    for (const std::string& variable : m_setting.environment)
      argv.push_back("--setenv=" + variable);
    const WallTime now = wall_now();
    const bool later = !submission.at_once && submission.due > now;
    if (later) {
      const auto in = std::chrono::ceil<seconds>(submission.due - now);
      argv.insert(argv.end(),
                  {fmt::format("--on-active={}s", in.count()), "--timer-property=AccuracySec=1s"});
    } else {
      argv.emplace_back("--no-block");
    }
    argv.insert(argv.end(), m_more.begin(), m_more.end());
    argv.emplace_back("--");
    argv.insert(argv.end(), m_setting.drain.begin(), m_setting.drain.end());
    const Finished ran = call(argv);
    if (ran.exit_status != 0) throw refused(ran);
    submitted.job = unit + (later ? ".timer" : ".service");
    return submitted;
  }

  void withdraw(const std::string& job) override {
    if (!job.ends_with(".timer")) return;  // already running; it finds nothing to do
    try {
      std::vector<std::string> argv = manager("systemctl");
      argv.insert(argv.end(), {"stop", job});
      (void)call(argv);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): best effort
    }
  }

  std::vector<GoneJob> gone(const std::vector<std::string>& jobs) override {
    std::vector<GoneJob> missing;
    for (const std::string& job : jobs) {
      std::vector<std::string> argv = manager("systemctl");
      argv.insert(argv.end(), {"is-active", job});
      const std::string state(trim(call(argv).out));
      if (state == "inactive" || state == "failed" || state == "unknown")
        missing.push_back({job, state == "failed" ? state : ""});
    }
    return missing;
  }

 private:
  [[nodiscard]] std::vector<std::string> manager(const char* program) const {
    std::vector<std::string> argv{program};
    if (m_own_manager) argv.emplace_back("--user");
    return argv;
  }

  [[nodiscard]] Finished call(const std::vector<std::string>& argv) const {
    return call_scheduler(m_setting, argv, "",
                          {fmt::format("XDG_RUNTIME_DIR=/run/user/{}", ::geteuid())}, k_advice);
  }

  [[nodiscard]] Error refused(const Finished& ran) const {
    const std::string said = printable(trim(ran.err));
    for (const char* word : {"Access denied", "authentication required", "Permission denied",
                             "a password is required"}) {
      if (ran.err.find(word) == std::string::npos) continue;
      return {ExitStatus::not_permitted,
              fmt::format("systemd denies access to {}: {}", m_setting.user, said),
              "let it run as another user with [schedule] prefix = [\"sudo\", \"-n\"], or enable "
              "lingering ('loginctl enable-linger')"};
    }
    return {ExitStatus::unavailable,
            fmt::format("systemd-run refused the job (exit status {}): {}", ran.exit_status, said),
            k_advice};
  }

  BackendSetting m_setting;
  std::vector<std::string> m_more;
  bool m_own_manager = false;
};

}  // namespace

std::unique_ptr<Backend> make_systemd_backend(BackendSetting setting,
                                              std::vector<std::string> more) {
  return std::make_unique<SystemdBackend>(std::move(setting), std::move(more));
}

}  // namespace upkeep::upgrade
