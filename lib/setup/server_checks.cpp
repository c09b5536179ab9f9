// SPDX-License-Identifier: MIT
// Doctor: the servers on which the workspaces' schemas live.
#include "base/text.hpp"
#include "setup/checks.hpp"
#include "setup/server_version.hpp"
#include "ws/endpoint.hpp"
#include "ws/workspace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

namespace upkeep::setup {

namespace {

/// What one server said; made in a thread of its own, so that several that are away take no longer
/// than one.
struct Look {
  std::string problem, advice;  ///< empty: it answered
  std::string account, version;
  bool read_only = false;
  std::vector<std::string> schemas;  ///< that may be workspaces
};

Look look_at(const db::Endpoint& endpoint, const std::string& like) {
  Look look;
  try {
    db::Connection connection(endpoint);
    const auto row = connection.query("SELECT CURRENT_USER(), VERSION()").at(0);
    look.account = row.text(0);
    look.version = row.text(1);
    look.read_only = try_value(connection, "@@global.read_only").value_or("0") != "0";
    if (like.empty()) return look;
    for (const db::Row& found :
         connection.query("SELECT schema_name FROM information_schema.schemata WHERE schema_name "
                          "LIKE ? ESCAPE '!'",
                          {like})) {
      look.schemas.push_back(found.text(0));
    }
  } catch (const Error& error) {
    look.problem = error.what();
    look.advice = error.advice();
  }
  return look;
}

Finding conclude(const Look& look, const Examination& examination, const ws::WorkspaceMap& map) {
  if (!look.problem.empty()) return fail(look.problem, look.advice);
  const bool by_schema = examination.config().workspaces.discover == config::Discover::schemas;
  const auto workspaces = std::count_if(
      look.schemas.begin(), look.schemas.end(),
      [&](const std::string& schema) { return map.workspace_of(schema).has_value(); });
  std::string detail = fmt::format("{} as {}", look.version, look.account);
  if (by_schema) detail += fmt::format(", {} workspaces to be seen", workspaces);
  if (look.read_only && examination.upgrades()) {
    return warning(detail + ", read only", "upgrades need the primary server");
  }
  if (by_schema && workspaces == 0 && examination.upgrades()) {
    return warning(detail, fmt::format("GRANT SELECT ON the schemas {} to this user, or correct "
                                       "[workspaces] schema",
                                       examination.config().workspaces.schema));
  }
  return ok(detail);
}

/// Of `discover = "sites"`: whether every db.php leads to a server.
Finding check_sites(const ws::WorkspaceMap& map) {
  std::size_t lost = 0;
  std::string first;
  const auto sites = map.sites();
  for (const std::string& site : sites) {
    const ws::Location location = map.locate(site);
    if (location.problem.empty() && location.server) continue;
    if (lost++ == 0) first = site + ": " + location.problem;
  }
  if (lost > 0) {
    return warning(fmt::format("{} of {} workspaces lead to no server; {}", lost, sites.size(),
                               printable(first)),
                   "give the [[server]] the host that db.php names, or put that into its aliases");
  }
  return ok(fmt::format("{} workspaces, each on a known server", sites.size()));
}

}  // namespace

Findings check_servers(Examination& examination) {
  const auto told_already = [&](const config::Server& server) {
    return !examination.has_control() && ws::same_server(server, examination.config().database);
  };
  const config::Config& config = examination.config();
  const ws::WorkspaceMap map(config);
  const bool by_schema = config.workspaces.discover == config::Discover::schemas;
  const std::string like = by_schema ? map.like_pattern() : "";
  std::vector<std::future<Look>> looks;
  for (const config::Server& server : config.servers) {
    if (told_already(server)) {
      looks.emplace_back();
      continue;
    }
    looks.push_back(std::async(std::launch::async, look_at, quick_endpoint(server), like));
  }
  Findings findings;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    Finding finding = told_already(config.servers[i]) ? skipped("no connection to the database")
                                                      : conclude(looks[i].get(), examination, map);
    finding.check = "server:" + config.servers[i].name;
    findings.push_back(std::move(finding));
  }
  if (!by_schema) {
    Finding finding = check_sites(map);
    finding.check = "sites";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace upkeep::setup
