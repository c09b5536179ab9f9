// SPDX-License-Identifier: MIT
#include "base/regex.hpp"
#include "base/text.hpp"
#include "upgrade/queue/backends/backend_call.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

namespace {

using std::chrono::minutes;

/// Whether at(1) denied access, by its text on stderr.
bool is_denied(const std::string& message) {
  return message.find("do not have permission") != std::string::npos ||
         message.find("Permission denied") != std::string::npos ||
         message.find("a password is required") != std::string::npos;
}

class AtBackend final : public Backend {
 public:
  AtBackend(BackendSetting setting, std::string queue)
      : m_setting(std::move(setting)), m_queue(std::move(queue)) {}

  [[nodiscard]] std::string name() const override { return "at"; }

  Submitted submit(const Submission& submission) override {
    Submitted submitted;
    const WallTime now = wall_now();
    std::vector<std::string> when{"now"};
    submitted.due = submission.due;
    if (!submission.at_once && submission.due > now) {
      // at(1) takes whole minutes: the due minute, or the next one if that has begun.
      auto minute = std::chrono::floor<minutes>(submission.due);
      if (minute <= now) minute += minutes(1);
      submitted.due = minute;
      const std::string iso = iso8601(minute);  // 2026-01-02T03:04:05Z, and TZ=UTC below
      when = {"-t", iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2) + iso.substr(11, 2) +
                        iso.substr(14, 2)};
    }
    // No mail (-M): our own log has everything. A separate queue letter keeps the jobs apart.
    std::vector<std::string> argv{"at", "-M", "-q", m_queue};
    argv.insert(argv.end(), when.begin(), when.end());
    // A script for /bin/sh, passed on stdin.
    const Finished at = call(argv, "unset TZ\nexec" + drain_words(m_setting));
    static const Regex k_job(R"((?m)^job ([0-9]+) at )");
    const auto job = k_job.groups(at.err);
    if (at.exit_status != 0 || !job) throw refused(at);
    submitted.job = (*job)[1];
    if (at.err.find("No atd running") != std::string::npos) {
      submitted.warning = "at accepted the job, but atd is not running; start atd";
    }
    return submitted;
  }

  void withdraw(const std::string& job) override {
    try {
      (void)call({"atrm", job}, "");
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): best effort
    }
  }

 private:
  [[nodiscard]] Finished call(const std::vector<std::string>& argv,
                              const std::string& input) const {
    // at(1) copies its whole environment into the job, so it must not include the caller's.
    return call_scheduler(m_setting, argv, input, {"TZ=UTC"},
                          "install the package at, and start atd");
  }

  [[nodiscard]] Error refused(const Finished& at) const {
    const std::string said = printable(trim(at.err));
    if (is_denied(at.err)) {
      return {
          ExitStatus::not_permitted,
          fmt::format("at(1) denies access to {}: {}", m_setting.user, said),
          fmt::format(
              "as root, remove {} from /etc/at.deny (or add it to at.allow), or let it run at as "
              "another user with [schedule] prefix = [\"sudo\", \"-n\", \"-u\", \"upkeep\"]",
              m_setting.user)};
    }
    return {ExitStatus::unavailable,
            fmt::format("at(1) refused the job (exit status {}): {}", at.exit_status, said),
            "'upkeep doctor' checks this"};
  }

  BackendSetting m_setting;
  std::string m_queue;
};

}  // namespace

std::unique_ptr<Backend> make_at_backend(BackendSetting setting, std::string queue) {
  return std::make_unique<AtBackend>(std::move(setting), std::move(queue));
}

}  // namespace upkeep::upgrade
