// SPDX-License-Identifier: MIT
// Doctor: the servers that have the workspaces' schemas.
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/server_version.hpp"
#include "upgrade/probe/probe.hpp"
#include "upgrade/probe/workspace.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <map>
#include <utility>

namespace upkeep::setup {

namespace {

/// A schema -> a workspace that has it.
using SchemaOwners = std::map<std::string, std::string>;

/// The result for one server; determined in separate threads, so that several unreachable servers
/// take no longer than one.
struct Look {
  std::string problem, advice;  ///< empty: it answered
  std::string account, version;
  bool read_only = false, ignores_case = false;
  SchemaOwners schemas;  ///< of possible workspaces
  std::vector<std::string> unreadable;
  std::string grant;  ///< makes the first of these readable
};

/// The parameters of a look.
struct Wanted {
  db::Endpoint endpoint;
  std::string like;      ///< pattern of the schemas; empty: use their names
  SchemaOwners schemas;  ///< their names
};

/// If the account does not see all of a schema, it may still see what the probes require.
bool is_readable(db::Connection& connection, upgrade::Sight& sight, upgrade::QueryLine& queries,
                 const config::Config& config, const SchemaOwners::value_type& owned) {
  const auto& [schema, workspace] = owned;
  if (sight.sees_all_of(schema)) return true;
  const upgrade::SchemaFacts facts =
      upgrade::ProbeReader(connection, config.probes, sight, queries, {config.upgrade.target})
          .read(schema, workspace);
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
        if (const auto workspace = map.workspace_of(found.text(0), look.ignores_case))
          look.schemas[found.text(0)] = *workspace;
      }
    }
    upgrade::Sight sight(connection);
    upgrade::QueryLine queries(wanted.endpoint);
    for (const auto& owned : look.schemas) {
      if (is_readable(connection, sight, queries, config, owned)) continue;
      if (look.unreadable.empty()) look.grant = sight.grant_for(owned.first);
      look.unreadable.push_back(owned.first);
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

/// The databases of listed workspaces: by sites, files or a command.
struct Sites {
  std::size_t count = 0;
  std::string problem;  ///< why there is no list
  std::vector<std::string> lost, shared;
  std::vector<SchemaOwners> schemas;  ///< by server
};

Sites find_sites(const config::Config& config, const upgrade::WorkspaceMap& map) {
  Sites sites;
  sites.schemas.resize(config.servers.size());
  std::map<std::pair<std::size_t, std::string>, std::string> owners;
  std::vector<upgrade::Listed> listed;
  try {
    listed = map.listed();
  } catch (const Error& error) {
    sites.problem = error.what();
  }
  sites.count = listed.size();
  const bool may_share = std::any_of(config.probes.begin(), config.probes.end(),
                                     [](const auto& one) { return upgrade::names_workspace(one); });
  for (const auto& [site, location] : listed) {
    if (!location.problem.empty()) sites.lost.push_back(site + ": " + location.problem);
    if (!location.problem.empty() || !location.server) continue;
    sites.schemas[*location.server].try_emplace(location.schema, site);
    const auto [owner, is_first] = owners.try_emplace({*location.server, location.schema}, site);
    if (!is_first && !may_share) {
      sites.shared.push_back(fmt::format("{} and {} ({})", owner->second, site, location.schema));
    }
  }
  return sites;
}

/// Whether every workspace is on a known server, and no two have the same database.
Finding check_sites(const Sites& sites, const config::Workspaces& workspaces) {
  const bool by_db_php = workspaces.discover == config::Discover::sites;
  if (!sites.problem.empty())
    return fail(sites.problem, "check " + upgrade::discovery_of(workspaces));
  if (!sites.lost.empty()) {
    return warning(fmt::format("{} of {} workspaces have no known server; {}", sites.lost.size(),
                               sites.count, printable(sites.lost.front())),
                   by_db_php
                       ? "use the host in db.php for the [[server]], or add it to its aliases"
                       : "correct what lists it, or add its host to the aliases of its [[server]]");
  }
  if (!sites.shared.empty()) {
    return warning(
        fmt::format("{} of {} workspaces share the database of another: {}", sites.shared.size(),
                    sites.count, printable(ellipsized(join(sites.shared, ", "), 200))),
        by_db_php ? "correct DB_NAME in db.php, or remove the copy: none of them is upgraded"
                  : "use a probe whose query contains {workspace}: none of them is upgraded");
  }
  return ok(fmt::format("{} workspaces, each on a known server", sites.count));
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
    if (!by_schema) wanted.schemas = sites.schemas[i];
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
    Finding finding = check_sites(sites, config.workspaces);
    finding.check = config.workspaces.discover == config::Discover::sites ? "sites" : "list";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace upkeep::setup
