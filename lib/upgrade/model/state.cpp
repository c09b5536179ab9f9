// SPDX-License-Identifier: MIT
#include "upgrade/model/state.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::upgrade {

namespace {

/// The combined result of each version's probes: unknown if one could not be read and none fails.
std::map<std::string, Answer> answers_by_version(const SchemaFacts& facts,
                                                 const std::vector<config::Probe>& probes) {
  std::map<std::string, Answer> answers;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    Answer& all = answers.try_emplace(probes[i].version, Answer::holds).first->second;
    const Answer one = facts.answers.at(i);
    if (one == Answer::does_not_hold) all = Answer::does_not_hold;
    if (one == Answer::unknown && all == Answer::holds) all = Answer::unknown;
  }
  return answers;
}

std::string missing_probes(const SchemaFacts& facts, const std::vector<config::Probe>& probes,
                           const std::string& target) {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (probes[i].version == target && facts.answers.at(i) != Answer::holds) {
      missing.push_back(label(probes[i]));
    }
  }
  return join(missing, ", ");
}

std::string failure_detail(const Run& run, Answer probes) {
  std::string text = fmt::format("run {} {}", run.id, word(run.state));
  if (run.ended_at) text += " " + iso8601(*run.ended_at);
  if (run.detail && !run.detail->empty()) text += ": " + *run.detail;
  if (probes == Answer::holds) text += " (but the probes hold)";
  return text;
}

/// Whether a hold prevents an upgrade that is needed.
bool is_kept_back(const WorkspaceStatus& status) {
  const bool to_be_upgraded = status.state == State::pending || status.state == State::queued ||
                              status.state == State::failed;
  return to_be_upgraded && status.hold.has_value();
}

}  // namespace

std::string_view word(State state) {
  return state_words().at(static_cast<std::size_t>(state));
}

const std::vector<std::string>& state_words() {
  static const std::vector<std::string> k_words{"upgraded", "pending", "queued",
                                                "running",  "failed",  "unknown"};
  return k_words;
}

std::string_view gate_word(const WorkspaceStatus& status) {
  if (is_kept_back(status) && !status.hold->gate_closed) return "held";
  return word(status.state);
}

bool is_closed(const WorkspaceStatus& status) {
  return is_kept_back(status) && status.hold->gate_closed;
}

std::optional<State> parse_state(std::string_view text) {
  const auto& words = state_words();
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return std::nullopt;
  return static_cast<State>(found - words.begin());
}

bool does_not_exist(const WorkspaceStatus& status) {
  return status.state == State::unknown && status.detail.starts_with(k_no_such_workspace);
}

void decide(WorkspaceStatus& status, const SchemaFacts& facts, const config::Config& config,
            const Marker& marker, bool explain) {
  const RunFacts& runs = status.runs;
  status.target_holds = Answer::unknown;
  if (!facts.exists) {
    status.state = State::unknown;
    status.detail = k_no_such_workspace;
    return;
  }
  const auto answers = answers_by_version(facts, config.probes);
  for (const auto& [version, answer] : answers) {
    if (answer == Answer::holds &&
        (!status.version || compare_versions(version, *status.version) > 0)) {
      status.version = version;
    }
  }
  const auto target = answers.find(status.target);
  if (target != answers.end()) status.target_holds = target->second;
  if (status.target_holds == Answer::does_not_hold) {
    status.missing = missing_probes(facts, config.probes, status.target);
  }
  if (status.target_holds == Answer::unknown) {
    status.problem = facts.problem.empty() ? "no probe could be read" : facts.problem;
  }

  if (runs.active) {
    status.state = runs.active->state == RunState::running ? State::running : State::queued;
    status.detail = fmt::format("run {}", runs.active->id);
    if (runs.active->target != status.target) {
      status.detail += fmt::format(" to {}", runs.active->target);
    }
    if (runs.last_failure && runs.active->state == RunState::queued) {
      status.detail += fmt::format(", due {}, after ", iso8601(runs.active->due_at)) +
                       failure_detail(*runs.last_failure, status.target_holds);
    }
  } else if (runs.last_failure) {
    status.state = State::failed;
    status.detail = failure_detail(*runs.last_failure, status.target_holds);
    if (marker.names(status.workspace, status.ignores_case)) {
      status.detail +=
          fmt::format("; the marker {} still names it", config.upgrade.marker.string());
    }
  } else if (marker.names(status.workspace, status.ignores_case)) {
    status.state = State::running;
    status.detail =
        fmt::format("an upgrade outside upkeep, according to {}", config.upgrade.marker.string());
  } else if (status.target_holds == Answer::unknown) {
    status.state = State::unknown;
    status.detail = status.problem;
  } else {
    status.state = status.target_holds == Answer::holds ? State::upgraded : State::pending;
    status.detail.clear();
  }
  if (explain && !status.missing.empty()) {
    add_clause(status.detail, "missing: " + status.missing);
  }
}

}  // namespace upkeep::upgrade
