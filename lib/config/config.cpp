// SPDX-License-Identifier: MIT
#include "config/config.hpp"

#include "base/text.hpp"
#include "config/document.hpp"
#include "config/sections.hpp"
#include "config/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/stat.h>

namespace upkeep::config {

namespace {

constexpr std::string_view k_workspace = "{workspace}";
constexpr int k_week_s = 7 * 24 * 3600;

/// Whether `{workspace}` appears exactly once.
bool names_workspace(const std::string& text) {
  const auto first = text.find(k_workspace);
  return first != std::string::npos && text.find(k_workspace, first + 1) == std::string::npos;
}

/// What the chosen way of discovery needs.
void check_discovery(const TomlTable& section, const Workspaces& workspaces) {
  const auto needs = [&](const std::string& key, bool is_given, const std::string& word) {
    if (!is_given) section.fail(key, fmt::format("required with discover = \"{}\"", word));
  };
  switch (workspaces.discover) {
    case Discover::schemas:
      if (!names_workspace(workspaces.schema))
        section.fail("schema", "{workspace} must appear exactly once");
      break;
    case Discover::sites:
      needs("sites", !workspaces.sites.empty(), "sites");
      break;
    case Discover::command:
      needs("command", !workspaces.command.empty(), "command");
      break;
    case Discover::files:
      needs("files", !workspaces.files.empty(), "files");
      if (!names_workspace(workspaces.files))
        section.fail("files", "{workspace} must appear exactly once");
      needs("schema_match", !workspaces.schema_match.empty(), "files");
      break;
  }
  if (!workspaces.command.empty() && workspaces.command.front().empty())
    section.fail("command", "the program's name is empty");
}

void read_workspaces(TomlTable& section, Workspaces& workspaces) {
  section.word("discover", workspaces.discover, {"schemas", "sites", "command", "files"});
  section.text("schema", workspaces.schema);
  section.path("sites", workspaces.sites);
  section.texts("command", workspaces.command);
  section.path("files", workspaces.files);
  section.regex("schema_match", workspaces.schema_match);
  section.regex("server_match", workspaces.server_match);
  section.regex("names", workspaces.names);
  check_discovery(section, workspaces);
}

/// Checks references to other parts of the file; called after those have been read.
void check_references(const TomlTable& section, const Config& config,
                      const Surroundings& surroundings) {
  if (!config.profiles.contains(config.upgrade.profile)) {
    std::vector<std::string> names = shipped_profiles(surroundings.share_directory);
    for (const auto& [name, profile] : config.profiles) names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    section.fail("profile",
                 fmt::format("there is no [profile.{}]", printable(config.upgrade.profile)),
                 did_you_mean(config.upgrade.profile, names, "known: " + join(names, ", ")));
  }
  if (config.upgrade.target.empty()) return;
  try {
    (void)config.probes_of(config.upgrade.target);
  } catch (const ConfigError& error) {
    section.fail("target", error.what(), error.advice());
  }
}

void read_upgrade(TomlTable& section, Config& config, const Surroundings& surroundings) {
  Upgrade& upgrade = config.upgrade;
  section.text("target", upgrade.target);
  section.texts("command", upgrade.command);
  section.path("directory", upgrade.directory);
  section.text("profile", upgrade.profile);
  section.texts("before", upgrade.before);
  section.texts("after", upgrade.after);
  section.integer("slots", upgrade.slots, 1, 1024);
  section.seconds("timeout_s", upgrade.timeout, 0, k_week_s);
  section.seconds("grace_s", upgrade.grace, 0, 86400);
  section.path("log_dir", upgrade.log_dir);
  section.path("state_dir", upgrade.state_dir);
  section.seconds("lease_s", upgrade.lease, 1, 86400);
  section.word("on_lock_loss", upgrade.on_lock_loss, {"finish", "kill"});
  section.path("marker", upgrade.marker);
  section.octal("umask", upgrade.umask, 0777);
  section.flag("as_root", upgrade.as_root);
  if (upgrade.log_dir.empty()) section.fail("log_dir", "must not be empty");
  if (upgrade.state_dir.empty()) section.fail("state_dir", "must not be empty");
  for (const auto& [key, argv] :
       {std::pair{"command", &upgrade.command}, std::pair{"before", &upgrade.before},
        std::pair{"after", &upgrade.after}}) {
    if (!argv->empty() && argv->front().empty()) section.fail(key, "the program's name is empty");
  }
  // Without a name the real program upgrades ALL workspaces.
  const auto names_it = [](const std::string& word) {
    return word.find(k_workspace) != std::string::npos;
  };
  if (!upgrade.command.empty() &&
      std::none_of(upgrade.command.begin(), upgrade.command.end(), names_it)) {
    section.fail("command", "{workspace} is missing",
                 "without it, a run cannot tell the command which workspace to upgrade");
  }
  check_references(section, config, surroundings);
}

void read_probes(TomlTable& root, Config& config) {
  root.tables("probe", [&](TomlTable& section) {
    Probe probe;
    section.text("version", probe.version);
    section.text("table", probe.table);
    section.text("column", probe.column);
    section.text("query", probe.query);
    if (probe.version.empty()) section.fail("version", "required in every probe");
    if (probe.table.empty() == probe.query.empty()) {
      section.fail(probe.table.empty() ? "table" : "query",
                   "a probe needs either a table or a query");
    }
    for (const auto& [key, name] : {std::pair{"table", &probe.table}, {"column", &probe.column}}) {
      if (name->ends_with(' ')) section.fail(key, "such a name cannot end with a blank");
    }
    if (!probe.column.empty() && probe.table.empty())
      section.fail("column", "a column requires its table");
    config.probes.push_back(std::move(probe));
  });
}

void read_schedule(TomlTable& section, Schedule& schedule) {
  section.word("via", schedule.via, {"at", "slurm", "systemd", "command"});
  section.seconds("delay_s", schedule.delay, 0, 10 * k_week_s);
  section.text("at_queue", schedule.at_queue);
  section.texts("prefix", schedule.prefix);
  section.texts("command", schedule.command);
  section.texts("options", schedule.options);
  section.text("slurm_licence", schedule.slurm_licence);
  section.integer("max_queue", schedule.max_queue, 1, 10'000'000);
  section.integer("attempts", schedule.attempts, 1, 1'000'000);
  section.seconds("retry_after_s", schedule.retry_after, 0, 10 * k_week_s);
  section.seconds("map_ttl_s", schedule.map_ttl, 0, k_week_s);
  const bool one_letter = schedule.at_queue.size() == 1 &&
                          ((schedule.at_queue[0] >= 'a' && schedule.at_queue[0] <= 'z') ||
                           (schedule.at_queue[0] >= 'A' && schedule.at_queue[0] <= 'Z'));
  if (!one_letter) section.fail("at_queue", "expected one letter");
  if (schedule.via == Via::command && schedule.command.empty()) {
    section.fail("command", "required with via = \"command\"");
  }
}

void read_log(TomlTable& section, Log& log) {
  section.word("to", log.to, {"file", "journal"});
}

void read_web(TomlTable& section, Web& web) {
  section.path("status_dir", web.status_dir);
  section.text("user", web.user);
  section.integer("logins_per_address", web.logins_per_address, 1, 1'000'000);
  section.integer("logins", web.logins, 1, 1'000'000);
  if (web.user.empty()) section.fail("user", "must not be empty");
}

Config parse(const std::filesystem::path& file, const Surroundings& surroundings, Config config) {
  Document document = read_document(file, surroundings);
  config.file = file;
  config.included = std::move(document.included);
  TomlTable root(document.table, file.string(), "");
  if (root.has("database")) {
    const Database fresh;
    config.database = fresh;
    config.local_database = false;
    config.upgrade = Upgrade{};
    root.table("database", [&](TomlTable& section) { read_database(section, config.database); });
  }
  read_servers(root, config);
  root.table("workspaces",
             [&](TomlTable& section) { read_workspaces(section, config.workspaces); });
  read_profiles(root, config);
  read_probes(root, config);
  root.table("upgrade", [&](TomlTable& section) { read_upgrade(section, config, surroundings); });
  root.table("schedule", [&](TomlTable& section) { read_schedule(section, config.schedule); });
  root.table("log", [&](TomlTable& section) { read_log(section, config.log); });
  root.table("web", [&](TomlTable& section) {
    read_web(section, config.web);
    section.table("patches", [&](TomlTable& patches) {
      read_web_patches(patches, config.web_patches.emplace());
    });
  });
  root.table("patch", [&](TomlTable& section) { read_patch(section, config.patch); });
  read_notify(root, config);
  read_executors(root, config);
  root.finish();
  return config;
}

/// The configuration without a file: the private local database, with everything below its
/// directory.
Config defaults(const Surroundings& surroundings) {
  Config config;
  config.profiles[k_plain_profile] = Profile{};
  config.local_database = true;
  config.database.name = "control";
  config.database.socket = local_socket(surroundings);
  config.database.user = surroundings.user;
  config.upgrade.log_dir = local_directory(surroundings) / "log";
  config.upgrade.state_dir = local_directory(surroundings) / "state";
  return config;
}

constexpr const char* k_site_file = "/etc/upkeep/upkeep.toml";

/// Loads the file that the caller selected, or the default one.
Config load_chosen(const Surroundings& surroundings) {
  const Config base = defaults(surroundings);
  if (surroundings.config_option) return parse(*surroundings.config_option, surroundings, base);
  if (surroundings.config_environment)
    return parse(*surroundings.config_environment, surroundings, base);
  for (const auto& file :
       {surroundings.config_home / "upkeep" / "upkeep.toml", std::filesystem::path(k_site_file)}) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return parse(file, surroundings, base);
  }
  Config config = base;
  config.servers.push_back(config.database);
  return config;
}

/// Roles, the accounts that may act for others, who may see what, what guards released patches, and
/// the commands that run before a patch moves are defined by the site's file: a caller's own file
/// cannot grant more. Root can change the site's file anyway.
void take_rights_from_site(Config& config, const Surroundings& surroundings) {
  if (surroundings.uid == 0 || config.file == k_site_file) return;
  struct stat info {};
  if (::stat(k_site_file, &info) != 0 && (errno == ENOENT || errno == ENOTDIR)) return;
  Config site = parse(k_site_file, surroundings, defaults(surroundings));
  config.patch.roles = std::move(site.patch.roles);
  config.patch.trusted = std::move(site.patch.trusted);
  config.patch.see = std::move(site.patch.see);
  config.patch.released_edit = std::move(site.patch.released_edit);
  config.patch.attests = std::move(site.patch.attests);
  auto& guarded = config.patch.guarded;
  guarded.insert(guarded.end(), site.patch.released.begin(), site.patch.released.end());
  config.executors = std::move(site.executors);
}

}  // namespace

std::vector<Probe> Config::probes_of(const std::string& version) const {
  std::vector<Probe> found;
  std::vector<std::string> versions;
  for (const Probe& probe : probes) {
    if (probe.version == version) found.push_back(probe);
    versions.push_back(probe.version);
  }
  if (!found.empty()) return found;
  throw ConfigError(fmt::format("there is no [[probe]] for version '{}'", printable(version)),
                    did_you_mean(version, versions, "add one, or use a version that has one"));
}

std::filesystem::path local_directory(const Surroundings& surroundings) {
  return surroundings.state_home / "upkeep";
}

std::filesystem::path local_socket(const Surroundings& surroundings) {
  return local_directory(surroundings) / "mariadb.sock";
}

Config load(const Surroundings& surroundings) {
  Config config = load_chosen(surroundings);
  take_rights_from_site(config, surroundings);
  return config;
}

}  // namespace upkeep::config
