// SPDX-License-Identifier: MIT
// Doctor: the servers that have the workspaces' schemas.
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/server_version.hpp"
#include "upgrade/probe/probe.hpp"
#include "upgrade/probe/workspace.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <future>
#include <map>
#include <set>
#include <utility>

namespace upkeep::setup {

namespace {

/// The result for one server; determined in separate threads, so that several unreachable servers
/// take no longer than one.
struct Look {
  std::string problem, advice;  ///< empty: it answered
  std::string account, version;
  bool read_only = false, ignores_case = false;
  std::vector<std::string> schemas;  ///< possible workspaces
  std::vector<std::string> unreadable;
  std::string grant;  ///< makes the first of these readable
};

/// The parameters of a look.
struct Wanted {
  db::Endpoint endpoint;
  std::string like;                  ///< pattern of the schemas; empty: use their names
  std::vector<std::string> schemas;  ///< their names
};

/// If the account does not see all of a schema, it may still see what the probes require.
bool is_readable(db::Connection& connection, upgrade::Sight& sight, upgrade::QueryLine& queries,
                 const config::Config& config, const std::string& schema) {
  if (sight.sees_all_of(schema)) return true;
  const upgrade::SchemaFacts facts =
      upgrade::ProbeReader(connection, config.probes, sight, queries, {config.upgrade.target})
          .read(schema);
  return !facts.exists || facts.problem.empty();
}

Look look_at(const Wanted& wanted, const config::Config& config, const upgrade::WorkspaceMap& map) {
  Look look;
  try {
    db::Connection connection(wanted.endpoint);
    const auto row = connection.query("SELECT CURRENT_USER(), VERSION()").at(0);
    look.account = row.text(0);
    look.version = row.text(1);
    look.read_only = try_value(connection, "@@global.read_only").value_or("0") != "0";
    look.ignores_case = try_value(connection, "@@lower_case_table_names").value_or("0") != "0";
    look.schemas = wanted.schemas;
    if (!wanted.like.empty()) {
      for (const db::Row& found : connection.query(
               "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ?"
               " ESCAPE '!'",
               {wanted.like})) {
        if (map.workspace_of(found.text(0), look.ignores_case))
          look.schemas.push_back(found.text(0));
      }
    }
    upgrade::Sight sight(connection);
    upgrade::QueryLine queries(wanted.endpoint);
    for (const std::string& schema : look.schemas) {
      if (is_readable(connection, sight, queries, config, schema)) continue;
      if (look.unreadable.empty()) look.grant = sight.grant_for(schema);
      look.unreadable.push_back(schema);
    }
  } catch (const Error& error) {
    look.problem = error.what();
    look.advice = error.advice();
  }
  return look;
}

Finding conclude(const Look& look, const Examination& examination) {
  if (!look.problem.empty()) return fail(look.problem, look.advice);
  const bool by_schema = examination.config().workspaces.discover == config::Discover::schemas;
  std::string detail = fmt::format("{} as {}", look.version, look.account);
  if (by_schema) detail += fmt::format(", {} workspaces visible", look.schemas.size());
  if (look.read_only && examination.upgrades()) {
    return warning(detail + ", read-only", "upgrades need the primary server");
  }
  if (by_schema && look.schemas.empty() && examination.upgrades()) {
    return warning(detail, fmt::format("GRANT SELECT ON the schemas {} to this user, or correct "
                                       "[workspaces] schema",
                                       examination.config().workspaces.schema));
  }
  if (!look.unreadable.empty()) {
    return warning(
        fmt::format("{}; the account cannot read {} of them: {}", detail, look.unreadable.size(),
                    ellipsized(join(look.unreadable, ", "), 200)),
        look.grant + (look.unreadable.size() > 1 ? ", and likewise for the others" : ""));
  }
  return ok(detail);
}

/// The sites' databases, for `discover = "sites"`.
struct Sites {
  std::vector<std::string> names, lost, shared;
  std::vector<std::set<std::string>> schemas;  ///< by server
};

Sites find_sites(const config::Config& config, const upgrade::WorkspaceMap& map) {
  Sites sites;
  sites.schemas.resize(config.servers.size());
  std::map<std::pair<std::size_t, std::string>, std::string> owners;
  sites.names = map.sites();
  for (const std::string& site : sites.names) {
    const upgrade::Location location = map.locate(site);
    if (!location.problem.empty() || !location.server) {
      sites.lost.push_back(site + ": " + location.problem);
      continue;
    }
    sites.schemas[*location.server].insert(location.schema);
    const auto [owner, is_first] = owners.try_emplace({*location.server, location.schema}, site);
    if (!is_first) {
      sites.shared.push_back(fmt::format("{} and {} ({})", owner->second, site, location.schema));
    }
  }
  return sites;
}

/// Whether every db.php refers to a known server, and no two to the same database.
Finding check_sites(const Sites& sites) {
  if (!sites.lost.empty()) {
    return warning(fmt::format("{} of {} workspaces have no known server; {}", sites.lost.size(),
                               sites.names.size(), printable(sites.lost.front())),
                   "use the host in db.php for the [[server]], or add it to its aliases");
  }
  if (!sites.shared.empty()) {
    return warning(
        fmt::format("{} of {} workspaces share the database of another: {}", sites.shared.size(),
                    sites.names.size(), printable(ellipsized(join(sites.shared, ", "), 200))),
        "correct DB_NAME in db.php, or remove the copy: none of them is upgraded");
  }
  return ok(fmt::format("{} workspaces, each on a known server", sites.names.size()));
}

}  // namespace

Findings check_servers(Examination& examination) {
  const auto told_already = [&](const config::Server& server) {
    return !examination.has_control() &&
           upgrade::same_server(server, examination.config().database);
  };
  const config::Config& config = examination.config();
  const upgrade::WorkspaceMap map(config);
  const bool by_schema = config.workspaces.discover == config::Discover::schemas;
  const Sites sites = by_schema ? Sites{} : find_sites(config, map);
  std::vector<std::future<Look>> looks;
  for (std::size_t i = 0; i < config.servers.size(); ++i) {
    const config::Server& server = config.servers[i];
    if (told_already(server)) {
      looks.emplace_back();
      continue;
    }
    Wanted wanted{quick_endpoint(server), by_schema ? map.like_pattern() : "", {}};
    if (!by_schema) wanted.schemas.assign(sites.schemas[i].begin(), sites.schemas[i].end());
    looks.push_back(std::async(std::launch::async, [wanted = std::move(wanted), &config, &map] {
      return look_at(wanted, config, map);
    }));
  }
  Findings findings;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    Finding finding = told_already(config.servers[i]) ? skipped("no connection to the database")
                                                      : conclude(looks[i].get(), examination);
    finding.check = "server:" + config.servers[i].name;
    findings.push_back(std::move(finding));
  }
  if (!by_schema) {
    Finding finding = check_sites(sites);
    finding.check = "sites";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace upkeep::setup
