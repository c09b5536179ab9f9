// SPDX-License-Identifier: MIT
#include "upgrade/model/verdict.hpp"

#include "base/text.hpp"
#include "upgrade/model/progress.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

namespace upkeep::upgrade {

namespace {

std::string ended_how(int exit_status) {
  if (exit_status <= 128) return fmt::format("exit status {}", exit_status);
  const int number = exit_status - 128;
  return fmt::format("killed by signal {} ({})", number, ::strsignal(number));
}

/// The last lines of both streams: a program may report an error on either.
std::string last_word(const guard::Verdict& verdict) {
  std::string text = verdict.last_line;
  if (!verdict.last_error.empty()) add_clause(text, verdict.last_error);
  return text;
}

/// The line that indicates failure; if that is only a heading, with the last line of stderr.
std::string failure_of(const guard::Verdict& verdict) {
  std::string text = verdict.failure_line;
  if (text.ends_with(':') && !verdict.last_error.empty()) text += " " + verdict.last_error;
  return text;
}

/// What went wrong, without considering the probes; empty: nothing.
std::string complaint(const guard::Verdict& verdict) {
  const char* who = verdict.phase == guard::Phase::before ? "the before hook" : "the command";
  if (verdict.stopped == guard::Stopped::signal)
    return fmt::format("{} was stopped by a signal", who);
  if (verdict.stopped == guard::Stopped::lease) {
    return fmt::format("{} was ended: its lease could not be renewed", who);
  }
  if (verdict.timed_out) {
    return fmt::format("{} was ended at its time limit after {} s", who,
                       static_cast<std::int64_t>(verdict.seconds));
  }
  if (!verdict.spawn_error.empty())
    return fmt::format("{} did not start: {}", who, verdict.spawn_error);
  if (verdict.phase == guard::Phase::before) {
    return fmt::format("the before hook failed: {}", ended_how(verdict.exit_status));
  }
  if (verdict.exit_status != 0) {
    return fmt::format("{}: {}", ended_how(verdict.exit_status),
                       verdict.failure_line.empty() ? last_word(verdict) : failure_of(verdict));
  }
  if (!verdict.failure_line.empty()) return failure_of(verdict);
  if (!verdict.success) {
    return verdict.last_line.empty()
               ? fmt::format("it wrote nothing, so nothing indicates success{}{}",
                             verdict.last_error.empty() ? "" : "; ", verdict.last_error)
               : fmt::format("its last line does not indicate success: {}", verdict.last_line);
  }
  return {};
}

RunState failed_state(const guard::Verdict& verdict) {
  if (verdict.stopped == guard::Stopped::signal) return RunState::interrupted;
  if (verdict.stopped == guard::Stopped::lease) return RunState::lost;
  return RunState::failed;
}

}  // namespace

bool needs_probes(const guard::Status& status) {
  return status.verdict && complaint(*status.verdict).empty();
}

RunVerdict judge(const guard::Status& status, const WorkspaceStatus& probes) {
  const guard::Verdict& verdict = status.verdict.value();
  RunVerdict judgement;
  Ending& ending = judgement.ending;
  ending.lines = status.lines;
  ending.exit_status = verdict.exit_status;
  ending.detail = complaint(verdict);
  if (!ending.detail.empty()) {
    ending.state = failed_state(verdict);
    judgement.status = ExitStatus::no;
    if (verdict.timed_out && verdict.phase == guard::Phase::command)
      judgement.status = ExitStatus::time_limit;
    if (verdict.stopped == guard::Stopped::lease) judgement.status = ExitStatus::lock_lost;
  } else if (probes.target_holds != Answer::holds) {
    ending.state = RunState::failed;
    ending.detail = "it reports success, but the workspace does not have that version: " +
                    (probes.missing.empty() ? probes.detail : "missing " + probes.missing);
    judgement.status = ExitStatus::no;
  } else {
    ending.state = RunState::succeeded;
    ending.steps = steps_to_json(worth_recording(status.steps));
  }
  if (verdict.dropped_bytes > 0) {
    add_clause(ending.detail, fmt::format("{} bytes of output are missing from the log: {}",
                                          verdict.dropped_bytes, verdict.log_error));
  }
  return judgement;
}

RunReport report_of(const Run& run, const RunVerdict& judgement, const guard::Status& status) {
  RunReport report;
  report.workspace = run.workspace;
  report.run = run.id;
  report.status = judgement.status;
  report.log = run.log.value_or("");
  if (status.verdict) {
    report.exit_status = status.verdict->exit_status;
    report.lines = status.lines;
    report.elapsed = std::chrono::seconds(static_cast<std::int64_t>(status.verdict->seconds));
  }
  report.state = word(judgement.ending.state);
  report.detail = judgement.ending.detail;
  return report;
}

RunVerdict judge_lost(const std::string& why, std::int64_t lines) {
  RunVerdict judgement;
  judgement.ending.state = RunState::lost;
  judgement.ending.lines = lines;
  judgement.ending.detail = why;
  judgement.status = ExitStatus::no;
  return judgement;
}

}  // namespace upkeep::upgrade
