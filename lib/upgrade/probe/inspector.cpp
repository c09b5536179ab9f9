// SPDX-License-Identifier: MIT
#include "upgrade/probe/inspector.hpp"

#include "base/text.hpp"
#include "db/statement_limit.hpp"
#include "upgrade/probe/marker_file.hpp"
#include "upgrade/probe/probe.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>

namespace upkeep::upgrade {

namespace {
/// From this number of names on, one query about all workspaces is cheaper than one per name.
constexpr std::size_t k_ask_for_all = 200;
constexpr std::chrono::seconds k_keep_listing{10};

/// Data and indexes; nullopt if there is no such schema or the server takes long to answer.
std::optional<std::int64_t> schema_bytes(db::Connection& connection, const std::string& schema) {
  constexpr std::chrono::milliseconds k_longest{500};
  db::limit_statements(connection, k_longest);
  std::optional<std::int64_t> bytes;
  try {
    const auto rows = connection.query(
        "SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables"
        " WHERE table_schema = ?",
        {schema});
    if (!rows.empty() && !rows[0].is_null(0)) bytes = rows[0].integer(0);
  } catch (const db::Error& error) {
    if (!error.out_of_time()) throw;
  }
  db::limit_statements(connection, std::nullopt);
  return bytes;
}

std::string ambiguous(const std::string& schema) {
  return fmt::format("its schema {} is on more than one server", schema);
}
}  // namespace

/// The location of a workspace, or why it is unknown.
struct Inspector::Found {
  std::string workspace;
  Location location;
  SchemaFacts facts;
  bool away = false;  // a server that may have it does not answer
};

namespace {

/// Finds a schema by its name, or by one that the server treats as equal; nullptr: not found.
const SchemaFacts* find_schema(const std::map<std::string, SchemaFacts>& schemas,
                               const std::string& name) {
  const auto exact = schemas.find(name);
  if (exact != schemas.end()) return &exact->second;
  if (schemas.empty() || !schemas.begin()->second.ignores_case) return nullptr;
  const auto other = schemas.find(lower(name));  // stored like this with lower_case_table_names = 1
  if (other != schemas.end()) return &other->second;
  const auto found = std::find_if(schemas.begin(), schemas.end(),
                                  [&](const auto& one) { return lower(one.first) == lower(name); });
  return found == schemas.end() ? nullptr : &found->second;
}

}  // namespace

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
      auto server = std::make_unique<WorkspaceServer>();
      server->settings = &settings;
      if (same_server(settings, m_config.database)) server->use(m_control);
      m_servers.push_back(std::move(server));
    }
  }
  std::vector<std::future<void>> connecting;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    const auto& server = m_servers[i];
    server->is_new = false;
    if (m_avoided.contains(i) && server->connection != &m_control) {
      server->drop("it did not answer a moment ago");
      continue;
    }
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
                "none of the workspace servers answers; check [[server]]");
  }
}

std::set<std::size_t> Inspector::away() const {
  std::set<std::size_t> servers;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    if (m_servers[i]->connection == nullptr) servers.insert(i);
  }
  return servers;
}

ProbeScope Inspector::scope(const std::string& target) const {
  return {m_every_version ? std::string() : target, m_query_limit};
}

/// Sets `found.facts` from its server, or from whichever server has its schema.
void Inspector::look_up(Found& found, const std::string& target) {
  std::vector<std::size_t> where;
  std::string away;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    WorkspaceServer& server = *m_servers[i];
    if (found.location.server && *found.location.server != i) continue;
    SchemaFacts facts;
    const bool read = server.read_through([&](db::Connection& connection, Sight& sight) {
      facts = ProbeReader(connection, m_config.probes, sight, *server.queries, scope(target))
                  .read(found.location.schema, found.workspace);
    });
    if (!read) {
      away = server.away();
      continue;
    }
    if (facts.exists) where.push_back(i);
    if (facts.exists || where.empty()) found.facts = facts;
  }
  if (where.size() == 1) {
    found.location.server = where[0];
    adopt_stored_name(found);
  } else if (where.size() > 1) {
    found.location.problem = ambiguous(found.location.schema);
  } else if (!away.empty()) {
    found.location.problem = away;
    found.away = true;
  }
}

/// If the server ignores case in names, the workspace gets the name under which its schema is
/// stored, regardless of how it was requested. A site has the name of its directory.
void Inspector::adopt_stored_name(Found& found) const {
  const std::string& stored = found.facts.stored_name;
  if (!found.facts.ignores_case || stored == found.location.schema) return;
  found.location.schema = stored;
  if (m_config.workspaces.discover != config::Discover::schemas) return;
  if (const auto name = m_map.workspace_of(stored, true)) found.workspace = *name;
}

void Inspector::read_schemas(WorkspaceServer& server, const std::string& target) {
  const bool by_schema = m_config.workspaces.discover == config::Discover::schemas;
  const auto name_of = [&](const std::string& schema, bool ignores_case) {
    return by_schema ? m_map.workspace_of(schema, ignores_case).value_or("") : std::string();
  };
  server.read_through([&](db::Connection& connection, Sight& sight) {
    server.schemas = ProbeReader(connection, m_config.probes, sight, *server.queries, scope(target))
                         .read_all(by_schema ? m_map.like_pattern() : "%", name_of);
  });
}

std::vector<Inspector::Found> Inspector::found_schemas() {
  std::vector<Found> all;
  for (std::size_t i = 0; i < m_servers.size(); ++i) {
    for (auto& [schema, facts] : m_servers[i]->schemas) {
      const auto workspace = m_map.workspace_of(schema, facts.ignores_case);
      if (workspace) all.push_back({*workspace, {schema, i, {}}, std::move(facts)});
    }
  }
  return all;
}

void Inspector::use_listing(std::shared_ptr<const Listing> listing) {
  m_listing = std::move(listing);
  m_has_given_listing = true;
}

const Listing& Inspector::listing() {
  if (m_has_given_listing) return *m_listing;
  if (!m_listing || BootClock::now() > m_listing_until) {
    m_listing = std::make_shared<const Listing>(Listing::read(m_map));
    m_listing_until = BootClock::now() + k_keep_listing;
  }
  return *m_listing;
}

/// A file is read for each workspace; a command is not run for each.
Location Inspector::locate(const std::string& workspace) {
  return m_config.workspaces.discover == config::Discover::command ? listing().locate(workspace)
                                                                   : m_map.locate(workspace);
}

/// Whether a probe differs between workspaces that share a schema.
bool Inspector::tells_apart(const std::string& target) const {
  return std::any_of(m_config.probes.begin(), m_config.probes.end(), [&](const config::Probe& one) {
    return one.version == target && names_workspace(one);
  });
}

/// Whether listed workspaces are read one by one: a query would otherwise run in every schema of
/// the server, or would not know whose it is.
bool Inspector::reads_one_by_one() const {
  return m_config.workspaces.discover != config::Discover::schemas &&
         std::any_of(m_config.probes.begin(), m_config.probes.end(),
                     [](const config::Probe& one) { return !one.query.empty(); });
}

std::vector<Inspector::Found> Inspector::found_listed(const std::string& target) {
  const bool one_by_one = reads_one_by_one();
  std::vector<Found> all;
  for (Listed& one : m_map.listed()) {
    Found found{std::move(one.workspace), std::move(one.location), {}};
    if (found.location.problem.empty() && (one_by_one || !found.location.server)) {
      look_up(found, target);
    } else if (found.location.problem.empty()) {
      const WorkspaceServer& server = *m_servers[*found.location.server];
      if (server.connection == nullptr) {
        found.location.problem = server.away();
        found.away = true;
      } else if (const SchemaFacts* facts = find_schema(server.schemas, found.location.schema)) {
        found.facts = *facts;
        adopt_stored_name(found);
      }
    }
    all.push_back(std::move(found));
  }
  return all;
}

std::vector<Inspector::Found> Inspector::find_all(const std::string& target,
                                                  std::vector<std::string>& down) {
  std::vector<std::future<void>> reading;
  for (const auto& server : m_servers) {
    server->schemas.clear();
    if (server->connection == nullptr || reads_one_by_one()) continue;
    reading.push_back(std::async(m_servers.size() == 1 ? std::launch::deferred : std::launch::async,
                                 [this, &server, &target] { read_schemas(*server, target); }));
  }
  for (auto& one : reading) one.get();
  for (const auto& server : m_servers) {
    if (server->connection == nullptr) down.push_back(server->settings->name);
  }
  const bool by_schema = m_config.workspaces.discover == config::Discover::schemas;
  std::vector<Found> all = by_schema ? found_schemas() : found_listed(target);
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

bool Inspector::is_same_server(std::size_t a, std::size_t b) {
  if (a == b) return true;
  const auto identity = [this](std::size_t i) -> std::string {
    WorkspaceServer& server = *m_servers[i];
    if (!server.identity && server.connection != nullptr) {
      server.identity =
          server.connection->query("SELECT CONCAT_WS(':', @@hostname, @@port, @@datadir)")
              .at(0)
              .text(0);
    }
    return server.identity.value_or(fmt::format("unknown {}", i));
  };
  return identity(a) == identity(b);
}

/// Why a listed workspace is not a separate one; empty if it is.
std::string Inspector::shared_with(const Found& found, const std::string& target) {
  if (m_config.workspaces.discover == config::Discover::schemas || !found.facts.exists ||
      tells_apart(target)) {
    return {};
  }
  std::vector<std::string> others;
  for (const Listing::Neighbour& other : listing().beside(found.workspace, found.location.schema)) {
    const bool is_same_name = found.facts.ignores_case || other.schema == found.location.schema;
    if (is_same_name && is_same_server(other.server, *found.location.server))
      others.push_back(other.name);
  }
  if (others.empty()) return {};
  const std::string shared = fmt::format(
      "its database {} is also the one of {}: ", found.location.schema, join(others, ", "));
  if (m_config.workspaces.discover == config::Discover::sites) {
    return shared +
           "every workspace needs its own database; correct DB_NAME in db.php or remove the copy";
  }
  return shared + "only probes that are queries with {workspace} tell them apart";
}

WorkspaceStatus Inspector::conclude(const Found& found, const std::string& target, RunFacts runs,
                                    const Marker& marker, bool explain) {
  WorkspaceStatus status;
  status.workspace = found.workspace;
  status.target = target;
  status.schema = found.location.schema;
  status.away = found.away;
  status.ignores_case =
      found.facts.ignores_case && m_config.workspaces.discover == config::Discover::schemas;
  if (found.location.server) status.server = m_config.servers[*found.location.server].name;
  status.runs = std::move(runs);
  const std::string problem =
      found.location.problem.empty() ? shared_with(found, target) : found.location.problem;
  if (!problem.empty()) {
    status.state = State::unknown;
    status.problem = problem;
    status.detail = problem;
  } else {
    decide(status, found.facts, m_config, marker, explain);
  }
  return status;
}

std::vector<WorkspaceStatus> Inspector::conclude_all(const std::vector<Found>& found,
                                                     const Names& names, const std::string& target,
                                                     bool explain) {
  Marker marker = read_marker(m_config.upgrade.marker);
  auto runs = m_runs.history().facts(names, target);
  // Read again: the marker may have belonged to our own run, which has ended in between.
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
      // Not in the listing: examine it individually to get the reason.
      chosen.push_back(found != all.end() ? found->second
                                          : inspect({name}, target, explain).front());
    }
    return chosen;
  }
  connect_all();
  std::vector<Found> found;
  for (const std::string& name : names) {
    found.push_back({name, locate(name), {}});
    if (found.back().location.problem.empty()) look_up(found.back(), target);
  }
  Names stored;
  for (const Found& one : found) stored.push_back(one.workspace);
  return conclude_all(found, stored, target, explain);
}

WorkspaceStatus Inspector::inspect(const std::string& name, const std::string& target) {
  return inspect(std::vector<std::string>{name}, target).front();
}

WorkspaceStatus Inspector::inspect_upgraded(const std::string& name, const std::string& target) {
  connect_all();
  for (const auto& server : m_servers) server->catch_up();
  return inspect(name, target);
}

std::optional<std::int64_t> Inspector::bytes_of(const WorkspaceStatus& status) {
  std::optional<std::int64_t> bytes;
  for (const auto& server : m_servers) {
    if (server->settings->name != status.server || status.schema.empty()) continue;
    try {
      server->read_through([&](db::Connection& connection, Sight& /*sight*/) {
        bytes = schema_bytes(connection, status.schema);
      });
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): only estimates need it
    }
  }
  return bytes;
}

std::vector<WorkspaceStatus> Inspector::inspect_all(const std::string& target, bool explain,
                                                    std::vector<std::string>& down) {
  connect_all();
  const auto found = find_all(target, down);
  return conclude_all(found, {}, target, explain);
}

}  // namespace upkeep::upgrade
