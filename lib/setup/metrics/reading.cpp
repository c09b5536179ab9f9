// SPDX-License-Identifier: MIT
#include "setup/metrics/reading.hpp"

#include "base/boot_time.hpp"
#include "db/migration.hpp"
#include "setup/components.hpp"
#include "upgrade/probe/inspector.hpp"
#include "upgrade/store/endpoint.hpp"

#include <algorithm>
#include <exception>

namespace upkeep::setup {

namespace {

using Warn = std::function<void(const std::string&)>;

WorkspaceFigures count(const std::vector<upgrade::WorkspaceStatus>& all) {
  WorkspaceFigures figures;
  for (const upgrade::WorkspaceStatus& one : all) {
    ++figures.by_state[one.state];
    if (one.hold) ++figures.held;
    if (!one.problem.empty()) ++figures.probe_errors;
  }
  return figures;
}

void read_workspaces(UpgradeFigures& figures, const config::Config& config, db::Connection& control,
                     const Warn& warn) {
  if (config.upgrade.target.empty()) return;
  upgrade::Inspector inspector(config, control);
  std::vector<std::string> down;
  bool none_answers = false;
  try {
    figures.workspaces = count(inspector.inspect_all(config.upgrade.target, false, down));
  } catch (const db::Error&) {
    throw;  // of the control database
  } catch (const Error& error) {
    none_answers = error.status() == ExitStatus::unavailable;
    warn("workspaces cannot be listed: " + error.message());
  }
  for (const config::Server& server : config.servers) {
    const bool is_down = std::find(down.begin(), down.end(), server.name) != down.end();
    figures.servers.emplace_back(server.name, !is_down && !none_answers);
  }
}

UpgradeFigures read_upgrades(const config::Config& config, db::Connection& control,
                             const Warn& warn) {
  UpgradeFigures figures;
  upgrade::Figures reader(control, config.database.schema);
  figures.queue = reader.queue();
  figures.slots = config.upgrade.slots;
  figures.slots_taken = reader.slots_taken();
  figures.paused = reader.is_paused();
  figures.ended = reader.ended();
  figures.sweeps = reader.sweeps();
  read_workspaces(figures, config, control, warn);
  return figures;
}

/// nullopt if the account may not read what `read` needs. @param refused that error
template <typename Read>
auto if_permitted(const Read& read, std::exception_ptr& refused)
    -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const db::Error& error) {
    if (error.status() != ExitStatus::not_permitted) throw;
    refused = std::current_exception();
    return std::nullopt;
  }
}

}  // namespace

Metrics read_metrics(const config::Config& config, const Warn& warn) {
  const BootTime start = BootClock::now();
  Metrics metrics;
  db::Connection control = upgrade::connect_control(config);
  for (const Component& component : components()) {
    metrics.schemas.push_back({.component = component.name,
                               .version = db::schema_version(control, component.name),
                               .newest = component.newest()});
  }
  std::exception_ptr refused;
  metrics.upgrades = if_permitted([&] { return read_upgrades(config, control, warn); }, refused);
  metrics.patches = if_permitted([&] { return patch::read_figures(control); }, refused);
  if (!metrics.upgrades && !metrics.patches) std::rethrow_exception(refused);
  metrics.up = true;
  metrics.took = BootClock::now() - start;
  return metrics;
}

}  // namespace upkeep::setup
