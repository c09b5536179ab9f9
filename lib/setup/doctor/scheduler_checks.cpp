// SPDX-License-Identifier: MIT
// Doctor: the scheduler that starts queued runs.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/process.hpp"
#include "base/program_search.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "setup/doctor/at_access.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"
#include "upgrade/queue/backends/backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include <unistd.h>

namespace upkeep::setup {

namespace {

using std::chrono::seconds;

constexpr seconds k_at_answers_within{10};
const char* const k_atd_pid_file = "/run/atd.pid";

bool uses_at(const Examination& examination) {
  return examination.config().schedule.via == config::Via::at;
}

const char* const k_other_backend = "[schedule] via is not at";

/// The programs that a scheduling method calls.
std::vector<std::string> programs_of(const config::Schedule& schedule) {
  std::vector<std::string> programs;
  if (!schedule.prefix.empty()) programs.push_back(schedule.prefix.front());
  switch (schedule.via) {
    case config::Via::at:
      // With a prefix they run as another account or on another machine.
      if (schedule.prefix.empty()) programs.insert(programs.end(), {"at", "atq", "atrm"});
      break;
    case config::Via::slurm:
      if (schedule.prefix.empty()) programs.insert(programs.end(), {"sbatch", "squeue", "scancel"});
      break;
    case config::Via::systemd:
      if (schedule.prefix.empty()) programs.insert(programs.end(), {"systemd-run", "systemctl"});
      break;
    case config::Via::command:
      if (schedule.prefix.empty()) programs.push_back(schedule.command.front());
      break;
  }
  return programs;
}

std::string package_of(config::Via via) {
  switch (via) {
    case config::Via::at:
      return as_root("apt-get install at");
    case config::Via::slurm:
      return "install the package slurm-client, or choose another [schedule] via";
    case config::Via::systemd:
      return "this requires systemd as init; choose another [schedule] via";
    case config::Via::command:
      break;
  }
  return "correct [schedule] command; an absolute path is safest";
}

std::optional<std::string> text_of(const char* path) {
  try {
    return read_file(path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The pid of the running atd; nullopt: none is visible.
std::optional<long long> running_atd() {
  const auto text = text_of(k_atd_pid_file);
  const auto pid = text ? to_integer(trim(*text)) : std::nullopt;
  if (!pid) return std::nullopt;
  const auto name = text_of(fmt::format("/proc/{}/comm", *pid).c_str());
  const auto state = text_of(fmt::format("/proc/{}/stat", *pid).c_str());
  const bool zombie = !state || state->find(") Z ") != std::string::npos;
  if (zombie || !name || trim(*name) != "atd") return std::nullopt;
  return pid;
}

/// Whether the service used by the client is running: Slurm's controller, systemd's manager.
std::optional<Finding> examine_controller(Examination& examination) {
  const config::Schedule& schedule = examination.config().schedule;
  std::vector<std::string> question;
  if (schedule.via == config::Via::slurm) question = {"scontrol", "ping"};
  if (schedule.via == config::Via::systemd) {
    question = {"systemctl", "show", "--property=Version"};
    if (examination.setting().user != "root" && schedule.prefix.empty())
      question.emplace_back("--user");
  }
  if (question.empty() || !schedule.prefix.empty()) return std::nullopt;
  if (!find_program(question[0], examination.setting().search_path, "/")) return std::nullopt;
  SpawnOptions options;
  options.argv = question;
  const Finished answer = run_process(options, "", k_at_answers_within);
  if (answer.exit_status == 0 && !answer.timed_out) return std::nullopt;
  const std::string said =
      printable(trim((answer.err.empty() ? answer.out : answer.err).substr(0, 500)));
  return examination.problem(
      fmt::format("'{}' failed: {}", join(question, " "), said),
      schedule.via == config::Via::slurm
          ? "start slurmctld (and munge), or correct SlurmctldHost in slurm.conf"
          : "this requires systemd as init; choose another [schedule] via");
}

/// The output of a scheduler client; nullopt if it fails.
std::optional<std::string> answer_of(const std::vector<std::string>& argv) {
  SpawnOptions options;
  options.argv = argv;
  try {
    const Finished answer = run_process(options, "", k_at_answers_within);
    if (answer.exit_status != 0 || answer.timed_out) return std::nullopt;
    return answer.out;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// For `slurm_licence`: whether there are as many licences as slots.
std::optional<Finding> examine_licence(const Examination& examination) {
  const config::Schedule& schedule = examination.config().schedule;
  if (schedule.slurm_licence.empty()) {
    return warning(
        "via slurm, without a licence: Slurm may start more jobs than there are slots, "
        "which then wait on their nodes",
        "put Licenses=upkeep:N into slurm.conf, N being slots, and slurm_licence = "
        "\"upkeep:1\" into [schedule]");
  }
  const std::string name = schedule.slurm_licence.substr(0, schedule.slurm_licence.find(':'));
  const auto shown = answer_of({"scontrol", "--oneliner", "show", "licenses", name});
  static const Regex k_total(R"(\bTotal=([0-9]+))");
  const auto total = shown ? k_total.groups(*shown) : std::nullopt;
  const int slots = examination.config().upgrade.slots;
  if (!total) {
    return examination.problem(
        fmt::format("Slurm has no licence {}", name),
        fmt::format("put Licenses={}:{} into slurm.conf, and 'scontrol reconfigure'", name, slots));
  }
  if (to_integer((*total)[1]) == slots) return std::nullopt;
  return warning(
      fmt::format("Slurm has {} licences {}, and there are {} slots", (*total)[1], name, slots),
      fmt::format("put Licenses={}:{} into slurm.conf, and 'scontrol reconfigure'", name, slots));
}

/// Slurm's own set-up: the licence, and whether accounting is available.
Finding examine_slurm(Examination& examination, Finding sound) {
  if (auto finding = examine_licence(examination)) return *finding;
  const bool accounting = answer_of({"sacct", "--noheader", "--jobs=1"}).has_value();
  sound.detail += accounting ? ", with accounting"
                             : ", without accounting (sacct): how a lost job ended is known for "
                               "MinJobAge only";
  return sound;
}

}  // namespace

Findings check_backend(Examination& examination) {
  const config::Schedule& schedule = examination.config().schedule;
  const std::string& via = upgrade::backend_names().at(static_cast<std::size_t>(schedule.via));
  std::vector<std::string> missing;
  for (const std::string& program : programs_of(schedule)) {
    if (!find_program(program, examination.setting().search_path, "/")) missing.push_back(program);
  }
  if (!missing.empty()) {
    return {examination.problem(
        fmt::format("via {}: {} was not found or is not executable", via, join(missing, ", ")),
        package_of(schedule.via))};
  }
  if (auto silent = examine_controller(examination)) return {*silent};
  Finding sound = ok(fmt::format("via {}{}{}", via, schedule.prefix.empty() ? "" : ", started by ",
                                 join(schedule.prefix, " ")));
  const bool own_slurm = schedule.via == config::Via::slurm && schedule.prefix.empty();
  return {own_slurm ? examine_slurm(examination, std::move(sound)) : std::move(sound)};
}

Findings check_at_daemon(Examination& examination) {
  if (!uses_at(examination)) return {skipped(k_other_backend)};
  if (const auto pid = running_atd()) return {ok(fmt::format("it is running, process {}", *pid))};
  return {examination.problem(
      "atd is not running: at accepts jobs, but nothing starts them",
      as_root("systemctl enable --now atd") + "  # without systemd: /usr/sbin/atd")};
}

namespace {

/// Root may always use at, so checks at's files for the account that runs upgrades.
Findings permission_of_runner(const Examination& examination) {
  const std::string& name = examination.runner().name();
  const auto allow = text_of("/etc/at.allow");
  const auto deny = text_of("/etc/at.deny");
  if (may_use_at(name, allow, deny)) return {ok(fmt::format("{} may use at", name))};
  return {examination.problem(
      fmt::format("{} may not use at ({})", name,
                  allow ? "not in at.allow" : "listed in at.deny, or neither file is there"),
      way_into_at(name, allow.has_value()))};
}

}  // namespace

Findings check_at_queue(Examination& examination) {
  if (!uses_at(examination)) return {skipped(k_other_backend)};
  const std::string& queue = examination.config().schedule.at_queue;
  const char letter = queue.front() >= 'a' ? queue.front() : static_cast<char>(queue.front() + 32);
  constexpr int k_lowest = 19;
  const int nice = std::min(2 * (letter - 'a' + 1), k_lowest);
  const std::string detail = fmt::format("at_queue = \"{}\": upgrades run at nice {}", queue, nice);
  if (queue == "a") return {ok(detail)};
  return {warning(detail + (letter == 'b' ? ", and only while the load is low" : ""),
                  "at_queue = \"a\" in [schedule] keeps waiting times short")};
}

Findings check_at_permission(Examination& examination) {
  if (!uses_at(examination)) return {skipped(k_other_backend)};
  const DoctorSetting& setting = examination.setting();
  const auto& prefix = examination.config().schedule.prefix;
  const std::string program = prefix.empty() ? "at" : prefix.front();
  if (!find_program(program, setting.search_path, "/")) {
    return {skipped(program + " is not installed")};
  }
  if (prefix.empty() && !examination.runner().can_ask()) {
    return {skipped(fmt::format("{} passes upgrades to at", examination.runner().name()))};
  }
  if (prefix.empty() && ::geteuid() == 0 && examination.runner().uid() != 0)
    return permission_of_runner(examination);
  SpawnOptions options;
  options.argv = prefix;
  options.argv.insert(options.argv.end(), {"at", "-l"});
  const Finished listed = run_process(options, "", k_at_answers_within);
  const std::string who = prefix.empty() ? setting.user : join(prefix, " ");
  if (listed.exit_status == 0) return {ok(fmt::format("{} may use at", who))};
  const std::string said = printable(trim(listed.err.substr(0, 500)));
  if (!prefix.empty()) {
    return {
        warning(fmt::format("{} at -l failed (exit status {}): {}", who, listed.exit_status, said),
                "a rule in sudoers that allows only at without -l is sufficient; then try "
                "'ws-schedule' itself")};
  }
  // The files show the reason if they are readable; the result of at itself is authoritative.
  const auto allow = text_of("/etc/at.allow");
  const auto deny = text_of("/etc/at.deny");
  std::error_code ignored;
  const bool allow_exists = std::filesystem::exists("/etc/at.allow", ignored);
  const bool listed_there = (allow || deny) && !may_use_at(setting.user, allow, deny);
  return {examination.problem(fmt::format("{} may not use at: {}{}", setting.user, said,
                                          !listed_there  ? ""
                                          : allow_exists ? " (not in at.allow)"
                                                         : " (listed in at.deny)"),
                              way_into_at(setting.user, allow_exists))};
}

Findings check_notify(Examination& examination) {
  const config::Config& config = examination.config();
  if (config.notify.empty() && config.executors.empty()) {
    return {skipped("no [notify.NAME] is configured")};
  }
  Findings findings;
  const auto check = [&](const std::string& kind, const std::string& name,
                         const std::vector<std::string>& command) {
    const auto program = find_program(command.front(), examination.setting().search_path);
    Finding finding =
        program ? ok(program->string())
                : fail(fmt::format("{} was not found or is not executable", command.front()),
                       fmt::format("correct command in [{}.{}]", kind, name));
    finding.check = kind + ":" + name;
    findings.push_back(std::move(finding));
  };
  for (const auto& [name, notify] : config.notify) check("notify", name, notify.command);
  for (const auto& [name, executor] : config.executors) check("executor", name, executor.command);
  return findings;
}

}  // namespace upkeep::setup
