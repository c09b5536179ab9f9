// SPDX-License-Identifier: MIT
#include "guard/loop/status.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "guard/loop/status_json.hpp"

namespace upkeep::guard {

using nlohmann::json;

namespace {

std::string phase_name(Phase phase) {
  switch (phase) {
    case Phase::before:
      return "before";
    case Phase::command:
      return "command";
    case Phase::ended:
      break;
  }
  return "ended";
}

Phase phase_named(const std::string& name) {
  if (name == "before") return Phase::before;
  return name == "command" ? Phase::command : Phase::ended;
}

json verdict_json(const Verdict& verdict) {
  return {{"exit_status", verdict.exit_status},   {"phase", phase_name(verdict.phase)},
          {"timed_out", verdict.timed_out},       {"stopped", verdict.stopped},
          {"spawn_error", verdict.spawn_error},   {"success", verdict.success},
          {"failure_line", verdict.failure_line}, {"last_line", verdict.last_line},
          {"last_error", verdict.last_error},     {"dropped_bytes", verdict.dropped_bytes},
          {"log_error", verdict.log_error},       {"seconds", verdict.seconds},
          {"started_at", verdict.started_at},     {"ended_at", verdict.ended_at}};
}

Verdict verdict_from(const json& from) {
  Verdict verdict;
  from.at("exit_status").get_to(verdict.exit_status);
  verdict.phase = phase_named(from.at("phase").get<std::string>());
  from.at("timed_out").get_to(verdict.timed_out);
  from.at("stopped").get_to(verdict.stopped);
  from.at("spawn_error").get_to(verdict.spawn_error);
  from.at("success").get_to(verdict.success);
  from.at("failure_line").get_to(verdict.failure_line);
  from.at("last_line").get_to(verdict.last_line);
  verdict.last_error = from.value("last_error", "");  // younger than the rest
  from.at("dropped_bytes").get_to(verdict.dropped_bytes);
  from.at("log_error").get_to(verdict.log_error);
  from.at("seconds").get_to(verdict.seconds);
  from.at("started_at").get_to(verdict.started_at);
  from.at("ended_at").get_to(verdict.ended_at);
  return verdict;
}

}  // namespace

bool Verdict::clean() const {
  return phase == Phase::command && exit_status == 0 && success && !timed_out && stopped.empty() &&
         spawn_error.empty();
}

json status_to(const Status& status) {
  json steps = json::array();
  for (const Step& step : status.steps) {
    steps.push_back({{"name", step.name}, {"seconds", step.seconds}});
  }
  return {{"run", status.run},
          {"epoch", status.epoch},
          {"workspace", status.workspace},
          {"phase", phase_name(status.phase)},
          {"pid", status.pid},
          {"command_pid", status.command_pid},
          {"command_started_at", status.command_started_at},
          {"lines", status.lines},
          {"bytes", status.bytes},
          {"step", status.step},
          {"steps_done", status.steps_done},
          {"steps", std::move(steps)},
          {"says_done", status.says_done},
          {"verdict", status.verdict ? verdict_json(*status.verdict) : json()}};
}

Status status_from(const json& from) {
  Status status;
  from.at("run").get_to(status.run);
  from.at("epoch").get_to(status.epoch);
  from.at("workspace").get_to(status.workspace);
  status.phase = phase_named(from.at("phase").get<std::string>());
  from.at("pid").get_to(status.pid);
  from.at("command_pid").get_to(status.command_pid);
  from.at("command_started_at").get_to(status.command_started_at);
  from.at("lines").get_to(status.lines);
  from.at("bytes").get_to(status.bytes);
  from.at("step").get_to(status.step);
  from.at("steps_done").get_to(status.steps_done);
  for (const json& step : from.at("steps")) {
    status.steps.push_back({step.at("name").get<std::string>(), step.at("seconds").get<double>()});
  }
  status.says_done = from.value("says_done", false);  // younger than the rest
  if (!from.at("verdict").is_null()) status.verdict = verdict_from(from.at("verdict"));
  return status;
}

std::string Status::to_json() const {
  return lenient_text(status_to(*this));
}

std::optional<Status> Status::from_json(std::string_view text) {
  try {
    return status_from(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<Status> read_status(const std::filesystem::path& path) {
  try {
    return Status::from_json(read_regular_file(path));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace upkeep::guard
