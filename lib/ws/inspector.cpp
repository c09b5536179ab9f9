// SPDX-License-Identifier: MIT
#include "ws/inspector.hpp"

#include "base/text.hpp"
#include "ws/endpoint.hpp"
#include "ws/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

namespace upkeep::ws {

namespace {
/// From this many names on, one query about all workspaces is cheaper than one a name.
constexpr std::size_t k_ask_for_all = 200;

std::string ambiguous(const std::string& schema) {
  return fmt::format("its schema {} is on more than one server", schema);
}
}  // namespace

/// One workspaces' server; `problem` says why there is no connection.
struct Inspector::Server {
  const config::Server* settings = nullptr;
  std::optional<db::Connection> own;
  db::Connection* connection = nullptr;
  std::string problem;
  ExitStatus status = ExitStatus::unavailable;  // what the problem means where no server answers
  std::map<std::string, SchemaFacts> schemas;   // of the last read_all

  void connect() {
    try {
      own.emplace(endpoint_of(*settings, ""));
      connection = &*own;
    } catch (const Error& error) {
      problem = error.what();
      status = error.status();
    }
  }
  void drop(const Error& error) {
    own.reset();
    connection = nullptr;
    problem = error.what();
  }
};

/// A workspace that was looked for: where it is, or why that is not known.
struct Inspector::Found {
  std::string workspace;
  Location location;
  SchemaFacts facts;
};

Inspector::Inspector(const config::Config& config, db::Connection& control)
    : m_config(config),
      m_control(control),
      m_map(config),
      m_runs(control, config.database.schema),
      m_holds(control, config.database.schema) {}

Inspector::~Inspector() = default;

void Inspector::connect_all() {
  if (m_servers.empty()) {
    for (const config::Server& settings : m_config.servers) {
      auto server = std::make_unique<Server>();
      server->settings = &settings;
      if (same_server(settings, m_config.database)) server->connection = &m_control;
      m_servers.push_back(std::move(server));
    }
  }
  std::vector<std::future<void>> connecting;
  for (const auto& server : m_servers) {
    if (server->connection != nullptr) continue;
    if (m_servers.size() == 1) {
      server->connect();
    } else {
      connecting.push_back(std::async(std::launch::async, [&server] { server->connect(); }));
    }
  }
  for (auto& one : connecting) one.get();
  const bool any = std::any_of(m_servers.begin(), m_servers.end(),
                               [](const auto& server) { return server->connection != nullptr; });
  if (!any) {
    throw Error(m_servers.front()->status, m_servers.front()->problem,
                "no server of the workspaces answers: check [[server]]");
  }
}

/// Fills `found.facts` from the server it is on, or from whichever has its schema.
void Inspector::look_up(Found& found) {
  std::vector<std::size_t> where;
  std::string away;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    Server& server = *m_servers[i];
    if (found.location.server && *found.location.server != i) continue;
    if (server.connection == nullptr) {
      away = fmt::format("server {} does not answer: {}", server.settings->name, server.problem);
      continue;
    }
    try {
      const SchemaFacts facts =
          ProbeReader(*server.connection, m_config.probes).read(found.location.schema);
      if (!facts.exists) continue;
      where.push_back(i);
      found.facts = facts;
    } catch (const db::Error& error) {
      if (!error.connection_lost() || server.connection == &m_control) throw;
      server.drop(error);
      away = fmt::format("server {} does not answer: {}", server.settings->name, server.problem);
    }
  }
  if (where.size() == 1) {
    found.location.server = where[0];
  } else if (where.size() > 1) {
    found.location.problem = ambiguous(found.location.schema);
  } else if (!away.empty()) {
    found.location.problem = away;
  }
}

std::vector<Inspector::Found> Inspector::find_all(std::vector<std::string>& down) {
  const bool by_schema = m_config.workspaces.discover == config::Discover::schemas;
  const std::string pattern = by_schema ? m_map.like_pattern() : "%";
  std::vector<std::future<void>> reading;
  for (const auto& server : m_servers) {
    if (server->connection == nullptr) continue;
    const auto read = [&server, &pattern, this] {
      try {
        server->schemas = ProbeReader(*server->connection, m_config.probes).read_all(pattern);
      } catch (const db::Error& error) {
        if (!error.connection_lost() || server->connection == &m_control) throw;
        server->drop(error);
      }
    };
    reading.push_back(
        std::async(m_servers.size() == 1 ? std::launch::deferred : std::launch::async, read));
  }
  for (auto& one : reading) one.get();

  std::vector<Found> all;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    if (m_servers[i]->connection == nullptr) down.push_back(m_servers[i]->settings->name);
    if (!by_schema) continue;
    for (auto& [schema, facts] : m_servers[i]->schemas) {
      const auto workspace = m_map.workspace_of(schema);
      if (workspace) all.push_back({*workspace, {schema, i, {}}, std::move(facts)});
    }
  }
  if (!by_schema) {
    for (const std::string& site : m_map.sites()) {
      Found found{site, m_map.locate(site), {}};
      if (found.location.server && found.location.problem.empty()) {
        Server& server = *m_servers[*found.location.server];
        const auto schema = server.schemas.find(found.location.schema);
        if (schema != server.schemas.end()) found.facts = schema->second;
        if (server.connection == nullptr) {
          found.location.problem =
              fmt::format("server {} does not answer: {}", server.settings->name, server.problem);
        }
      }
      all.push_back(std::move(found));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const Found& a, const Found& b) { return a.workspace < b.workspace; });
  std::vector<Found> once;
  once.reserve(all.size());
  for (Found& found : all) {
    if (once.empty() || once.back().workspace != found.workspace) {
      once.push_back(std::move(found));
    } else {
      once.back().location = {found.location.schema, {}, ambiguous(found.location.schema)};
    }
  }
  return once;
}

WorkspaceStatus Inspector::conclude(const Found& found, const std::string& target, RunFacts runs,
                                    const Marker& marker, bool explain) const {
  WorkspaceStatus status;
  status.workspace = found.workspace;
  status.target = target;
  status.schema = found.location.schema;
  if (found.location.server) status.server = m_config.servers[*found.location.server].name;
  status.runs = std::move(runs);
  if (!found.location.problem.empty()) {
    status.state = State::unknown;
    status.detail = found.location.problem;
  } else {
    decide(status, found.facts, m_config, marker, explain);
  }
  return status;
}

std::vector<WorkspaceStatus> Inspector::conclude_all(const std::vector<Found>& found,
                                                     const Names& names, const std::string& target,
                                                     bool explain) {
  Marker marker = read_marker(m_config.upgrade.marker);
  auto runs = m_runs.facts(names, target);
  // One that a run of ours has taken away at its end, between the two, was nobody else's.
  if (marker.present) marker = read_marker(m_config.upgrade.marker);
  const auto holds = m_holds.of(names);
  std::vector<WorkspaceStatus> all;
  all.reserve(found.size());
  for (const Found& one : found) {
    const auto facts = runs.find(one.workspace);
    all.push_back(
        conclude(one, target, facts == runs.end() ? RunFacts{} : facts->second, marker, explain));
    if (const auto hold = holds.find(one.workspace); hold != holds.end()) {
      all.back().hold = hold->second;
      add_clause(all.back().detail, hold->second.text());
    }
  }
  return all;
}

std::vector<WorkspaceStatus> Inspector::inspect(const std::vector<std::string>& names,
                                                const std::string& target, bool explain) {
  if (names.empty()) return {};
  if (names.size() >= k_ask_for_all) {
    std::vector<std::string> down;
    std::map<std::string, WorkspaceStatus> all;
    for (WorkspaceStatus& status : inspect_all(target, explain, down)) {
      all.emplace(status.workspace, std::move(status));
    }
    std::vector<WorkspaceStatus> chosen;
    for (const std::string& name : names) {
      const auto found = all.find(name);
      // Not in the listing: asked alone it gets its own reason.
      chosen.push_back(found != all.end() ? found->second
                                          : inspect({name}, target, explain).front());
    }
    return chosen;
  }
  connect_all();
  std::vector<Found> found;
  for (const std::string& name : names) {
    found.push_back({name, m_map.locate(name), {}});
    if (found.back().location.problem.empty()) look_up(found.back());
  }
  return conclude_all(found, names, target, explain);
}

WorkspaceStatus Inspector::inspect(const std::string& name, const std::string& target) {
  return inspect(std::vector<std::string>{name}, target).front();
}

std::vector<WorkspaceStatus> Inspector::inspect_all(const std::string& target, bool explain,
                                                    std::vector<std::string>& down) {
  connect_all();
  const auto found = find_all(down);
  return conclude_all(found, {}, target, explain);
}

}  // namespace upkeep::ws
