// SPDX-License-Identifier: MIT
#include "setup/metrics/metrics.hpp"

#include "upgrade/model/sweep.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

using upgrade::RunState;
using upgrade::State;
using Families = std::vector<MetricFamily>;

constexpr RunState k_ends[] = {RunState::succeeded,   RunState::failed,  RunState::lost,
                               RunState::interrupted, RunState::skipped, RunState::cancelled};

double number(std::int64_t value) {
  return static_cast<double>(value);
}

double age_in_seconds(std::optional<std::chrono::seconds> age) {
  return age ? number(age->count()) : 0;
}

MetricFamily gauge(const char* name, const char* help, double value) {
  return {.name = name,
          .type = MetricType::gauge,
          .unit = {},
          .help = help,
          .samples = {{.suffix = {}, .labels = {}, .value = value}}};
}

MetricFamily gauge_seconds(const char* name, const char* help, double value) {
  MetricFamily family = gauge(name, help, value);
  family.unit = "seconds";
  return family;
}

MetricFamily empty_gauge(const char* name, const char* help) {
  return {.name = name, .type = MetricType::gauge, .unit = {}, .help = help};
}

void add_general(Families& out, const Metrics& metrics) {
  out.push_back(
      gauge("upkeep_up", "Whether the control database could be read.", metrics.up ? 1 : 0));
  out.push_back({.name = "upkeep_build",
                 .type = MetricType::info,
                 .unit = {},
                 .help = "The version of this program.",
                 .samples = {{"_info", {{"version", metrics.version}}, 1}}});
  out.push_back(gauge_seconds("upkeep_collection_duration_seconds",
                              "How long it took to read these figures.", metrics.took.count()));
  MetricFamily current = empty_gauge("upkeep_schema_version", "Schema version in the database.");
  MetricFamily newest =
      empty_gauge("upkeep_schema_newest", "Schema version that this program knows.");
  for (const SchemaFigures& one : metrics.schemas) {
    current.samples.push_back({"", {{"component", one.component}}, number(one.version)});
    newest.samples.push_back({"", {{"component", one.component}}, number(one.newest)});
  }
  out.push_back(std::move(current));
  out.push_back(std::move(newest));
}

void add_workspaces(Families& out, const UpgradeFigures& figures) {
  MetricFamily servers = empty_gauge("upkeep_server_up", "Whether a server of workspaces answers.");
  for (const auto& [name, up] : figures.servers) {
    servers.samples.push_back({"", {{"server", name}}, up ? 1.0 : 0.0});
  }
  out.push_back(std::move(servers));
  if (!figures.workspaces) return;
  MetricFamily states =
      empty_gauge("upkeep_workspaces", "Workspaces by state, as ws-check reports it.");
  for (const std::string& text : upgrade::state_words()) {
    const auto& by_state = figures.workspaces->by_state;
    const auto found = by_state.find(upgrade::parse_state(text).value_or(State::unknown));
    states.samples.push_back(
        {"", {{"state", text}}, found == by_state.end() ? 0 : number(found->second)});
  }
  out.push_back(std::move(states));
  out.push_back(gauge("upkeep_workspaces_held", "Workspaces that a person holds.",
                      number(figures.workspaces->held)));
  out.push_back(gauge("upkeep_probe_errors", "Workspaces whose probes could not be read.",
                      number(figures.workspaces->probe_errors)));
}

void add_queue(Families& out, const UpgradeFigures& figures) {
  MetricFamily active = empty_gauge("upkeep_runs_active", "Queued and running runs.");
  active.samples = {{"", {{"state", "queued"}}, number(figures.queue.queued)},
                    {"", {{"state", "running"}}, number(figures.queue.running)}};
  out.push_back(std::move(active));
  out.push_back(gauge("upkeep_runs_due",
                      "Queued runs that are due, and neither held nor of a stopped sweep.",
                      number(figures.queue.due)));
  out.push_back(gauge_seconds("upkeep_runs_due_oldest_seconds",
                              "How long the oldest of them has been due; 0 if there is none.",
                              age_in_seconds(figures.queue.oldest_due)));
  out.push_back(gauge("upkeep_slots", "Upgrades that may run at one time.", number(figures.slots)));
  out.push_back(gauge("upkeep_slots_taken", "Slots that are taken.", number(figures.slots_taken)));
  out.push_back(gauge("upkeep_paused", "Whether the queue is paused.", figures.paused ? 1 : 0));
}

void add_sweeps(Families& out, const UpgradeFigures& figures) {
  using upgrade::StopRule;
  MetricFamily stopped = empty_gauge("upkeep_sweep_stopped",
                                     "Whether a sweep is stopped, by the rule that stopped it.");
  MetricFamily left = empty_gauge("upkeep_sweep_left", "Queued runs of a sweep.");
  for (const upgrade::SweepFigures& sweep : figures.sweeps) {
    for (const StopRule rule : {StopRule::canary, StopRule::max_failures, StopRule::until}) {
      const std::string text(upgrade::word(rule));
      stopped.samples.push_back(
          {"", {{"sweep", sweep.name}, {"rule", text}}, sweep.stopped_by == text ? 1.0 : 0.0});
    }
    left.samples.push_back({"", {{"sweep", sweep.name}}, number(sweep.left)});
  }
  out.push_back(std::move(stopped));
  out.push_back(std::move(left));
}

void add_durations(MetricFamily& family, const std::string& state, const upgrade::EndedRuns& runs) {
  const auto bucket = [&](const std::string& bound, std::int64_t count) {
    family.samples.push_back({"_bucket", {{"state", state}, {"le", bound}}, number(count)});
  };
  for (std::size_t i = 0; i < runs.within.size(); ++i) {
    bucket(fmt::format("{}.0", upgrade::k_duration_bounds_s.at(i)), runs.within.at(i));
  }
  bucket("+Inf", runs.timed);
  family.samples.push_back({"_count", {{"state", state}}, number(runs.timed)});
  family.samples.push_back(
      {"_sum", {{"state", state}}, std::chrono::duration<double>(runs.time).count()});
}

void add_ended(Families& out, const UpgradeFigures& figures) {
  MetricFamily ended{.name = "upkeep_runs",
                     .type = MetricType::counter,
                     .unit = {},
                     .help = "Runs that have ended, by the state in which they did."};
  MetricFamily durations{.name = "upkeep_run_duration_seconds",
                         .type = MetricType::histogram,
                         .unit = "seconds",
                         .help = "Durations of ended runs that had started."};
  MetricFamily last{.name = "upkeep_run_last_end_timestamp_seconds",
                    .type = MetricType::gauge,
                    .unit = "seconds",
                    .help = "When the last run ended in that state; left out if none did."};
  for (const RunState end : k_ends) {
    const auto found = figures.ended.find(end);
    const upgrade::EndedRuns runs =
        found == figures.ended.end() ? upgrade::EndedRuns{} : found->second;
    const std::string state(upgrade::word(end));
    ended.samples.push_back({"_total", {{"state", state}}, number(runs.count)});
    if (end == RunState::skipped || end == RunState::cancelled) continue;  // they never started
    add_durations(durations, state, runs);
    if (!runs.last_end) continue;
    const std::chrono::duration<double> since_epoch = runs.last_end->time_since_epoch();
    last.samples.push_back({"", {{"state", state}}, since_epoch.count()});
  }
  out.push_back(std::move(ended));
  out.push_back(std::move(durations));
  out.push_back(std::move(last));
}

void add_patches(Families& out, const patch::Figures& figures) {
  MetricFamily patches =
      empty_gauge("upkeep_patches", "Patches by lifecycle and state, void ones left out.");
  for (const patch::StateFigures& one : figures.states) {
    patches.samples.push_back(
        {"", {{"lifecycle", one.lifecycle}, {"state", one.state}}, number(one.patches)});
  }
  out.push_back(std::move(patches));
  out.push_back(
      gauge("upkeep_requests_open", "Open requests for patches.", number(figures.open_requests)));
  out.push_back(gauge_seconds("upkeep_requests_oldest_seconds",
                              "Age of the oldest open request; 0 if there is none.",
                              age_in_seconds(figures.oldest_request)));
  out.push_back(gauge("upkeep_outbox_pending", "Events that wait to be delivered.",
                      number(figures.pending_events)));
  out.push_back(gauge("upkeep_outbox_dead", "Deliveries that were abandoned after their last try.",
                      number(figures.dead_deliveries)));
}

}  // namespace

std::vector<MetricFamily> metric_families(const Metrics& metrics) {
  Families out;
  add_general(out, metrics);
  if (metrics.upgrades) {
    add_workspaces(out, *metrics.upgrades);
    add_queue(out, *metrics.upgrades);
    add_sweeps(out, *metrics.upgrades);
    add_ended(out, *metrics.upgrades);
  }
  if (metrics.patches) add_patches(out, *metrics.patches);
  return out;
}

}  // namespace upkeep::setup
