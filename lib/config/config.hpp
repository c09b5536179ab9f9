// SPDX-License-Identifier: MIT
// upkeep.toml(5) as typed structs. Every key, type and range is checked; errors name file, line and
// key. Only the configuration and password files are opened.
#pragma once

#include "base/error.hpp"
#include "config/profile.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::config {

enum class Tls { off, require, verify };

/// How to reach a database server: `[database]` and every `[[server]]`.
struct Server {
  std::string name;  ///< "control" for `[database]`
  std::string host;  ///< empty: the socket
  int port = 3306;
  std::string socket;
  std::string user;
  std::string password;  ///< read from password_file; never shown, never in a record
  std::string password_file;
  Tls tls = Tls::off;
  std::string ca;
  std::chrono::seconds connect_timeout{5};
  std::vector<std::string> aliases;  ///< other `host` or `host:port` spellings used in db.php files
  int slots = 0;                     ///< upgrades at one time on its workspaces; 0: not bounded
};

struct Database : Server {
  std::string schema = "upkeep";
  /// On a cluster: a read waits until this node has applied all earlier writes of other nodes.
  bool sync_reads = false;
};

enum class Discover { schemas, sites, command, files };

struct Workspaces {
  Discover discover = Discover::schemas;
  std::string schema = "wf_{workspace}";
  std::filesystem::path sites;
  std::vector<std::string> command;  ///< prints `workspace<TAB>schema[<TAB>server]`
  std::string files;                 ///< a path with `{workspace}`, perhaps with wildcards
  /// Regular expressions: the first group of the first match in such a file.
  std::string schema_match, server_match;
  std::string names = "[A-Za-z0-9_]{1,61}";
};

enum class OnLockLoss { finish, kill };

struct Upgrade {
  std::string target;  ///< empty: none configured
  std::vector<std::string> command;
  std::filesystem::path directory;
  std::string profile = "plain";
  std::vector<std::string> before, after;
  int slots = 1;
  std::chrono::seconds timeout{0};  ///< for the command and for each hook; 0: none
  std::chrono::seconds grace{10};
  std::filesystem::path log_dir = "/var/log/upkeep";
  std::filesystem::path state_dir = "/var/lib/upkeep";
  std::chrono::seconds lease{60};
  OnLockLoss on_lock_loss = OnLockLoss::finish;
  std::filesystem::path marker;
  int umask = 0022;      ///< for the command and its hooks, regardless of who queued it
  bool as_root = false;  ///< root may run files that other accounts can change
};

/// A table, a table and a column, or a query.
struct Probe {
  std::string version, table, column, query;
};

enum class Via { at, slurm, systemd, command };

struct Schedule {
  Via via = Via::at;
  std::chrono::seconds delay{60};
  std::string at_queue = "a";
  std::vector<std::string> prefix, command;
  std::vector<std::string> options;  ///< additional ones for sbatch or systemd-run
  std::string slurm_licence;         ///< `name:1` as in slurm.conf; empty: none
  int max_queue = 10000;
  int attempts = 3;
  std::chrono::seconds retry_after{900};
  std::chrono::seconds map_ttl{300};
};

/// The waiting page: what web visitors may see, and which account serves it.
struct Web {
  std::filesystem::path status_dir;  ///< empty: nothing is published
  std::string user = "www-data";     ///< the web server's account
  /// How many active runs with login priority one visitor address (for IPv6, a /64) may have;
  /// further ones are queued after all logins.
  int logins_per_address = 10;
  int logins = 200;  ///< the same limit for all addresses together
};

/// The socket of the shipped systemd unit.
inline constexpr const char* k_web_socket = "/run/pmt-web.sock";

/// The patch tool in the browser: `[web.patches]`.
struct WebPatches {
  std::string base = "/pmt";  ///< the path below which it is served; empty: the root
  std::string url;            ///< the public address, base included; empty: that of each request
  std::string user = "(.+)";  ///< matches the whole REMOTE_USER; its first group is the account
  std::filesystem::path secret_file = "/etc/upkeep/pmt-web.secret";
  /// Where its processes listen, for `upkeep doctor`; empty: k_web_socket if it exists.
  std::filesystem::path socket;
  /// Field -> the pick list or `people` whose values are suggested for it.
  std::map<std::string, std::string> suggest{{"overview_products", "products"},
                                             {"overview_client", "clients"},
                                             {"peopleInvolved_developedby", "people"},
                                             {"peopleInvolved_qaedby", "people"}};
  /// Regular expression -> the address of what it matches, with `{}` for the match.
  std::map<std::string, std::string> links;
  int max_upload_mb = 512;
  std::filesystem::path upload_dir = "/var/tmp";
  /// Keys that uploaded signatures are verified with: a file or a GnuPG home; empty: none are.
  std::filesystem::path keyring;
  int page_size = 50;
  bool read_only = false;
  std::string read_only_why;  ///< shown instead of the standard text; may be empty
};

struct Notify {
  std::vector<std::string> on, command;
  std::map<std::string, std::string> env;
  std::chrono::seconds first_retry{5};
  int tries = 12;
  std::chrono::seconds timeout{60};
};

/// A command that a lifecycle runs before a patch moves.
struct Executor {
  std::vector<std::string> command;
  std::map<std::string, std::string> env;
  std::chrono::seconds timeout{60};
};

struct Patch {
  std::string name = "WSO2-CARBON-PATCH-{platform}-{number:04}";
  std::string lifecycle = "PatchLifeCycle";
  std::string fields;
  std::optional<std::map<std::string, std::vector<std::string>>> roles;  ///< nullopt: not enforced
  /// Category -> the users, groups and roles that may see its patches; others: everybody.
  std::map<std::string, std::vector<std::string>> see;
  std::map<std::string, std::string> keys;  ///< short selector key -> field key
  std::vector<std::string> released{"Released", "ReleasedNotInPublicSVN",
                                    "ReleasedNoTestsProvided"};
  std::vector<std::string> complete{"Released"};
  /// Item -> the fields that its tick attests; `jars`: the recorded jars.
  std::map<std::string, std::vector<std::string>> attests{
      {"Verified patch zip file format", {"jars"}},
      {"Verified README",
       {"jars", "overview_products", "overview_description", "jiraInformation_publicJIRA"}},
      {"Checked md5 checksum for jars for hosted and tested", {"jars", "patchInformation_md5"}},
      {"Patch was signed", {"jars"}}};
  /// Whose members may change attested data of a released patch; empty: everybody.
  std::string released_edit;
  /// State -> the field that records the day on which it is entered.
  std::map<std::string, std::string> dates{{"Development", "dates_developmentStartedOn"},
                                           {"Testing", "dates_qaStartedOn"},
                                           {"Released", "dates_releasedOn"},
                                           {"ReleasedNotInPublicSVN", "dates_releasedOn"},
                                           {"ReleasedNoTestsProvided", "dates_releasedOn"}};
  std::vector<std::string> trusted;  ///< accounts that may act for another (--as)
  /// The names of a user in fields: templates with `{user}` or `{name}`.
  std::vector<std::string> person{"{user}"};
  double hours_per_day = 8;
  double days_per_week = 5;
  std::string unknown_validators = "block";
  std::string deliver = "cron";  ///< or `command`: after each pmt-lifecycle command
  /// States in which inquiries go to the QA engineer.
  std::vector<std::string> qa_states{"ReadyForQA", "Testing"};
  /// Not a key: the states in which attested data is guarded: the site's and the caller's
  /// `released`.
  std::vector<std::string> guarded = released;
  /// Not a key: the actions for which a [notify.NAME] exists.
  std::set<std::string> announced;
};

enum class LogTo { file, journal };

/// Where events of upgrades are written to.
struct Log {
  LogTo to = LogTo::file;  ///< `<log_dir>/upkeep.log`, or systemd's journal
};

struct Config {
  std::filesystem::path file;                   ///< empty: no configuration, the built-in defaults
  std::vector<std::filesystem::path> included;  ///< via `include`, in reading order
  Database database;
  bool local_database = false;  ///< the private one managed by `upkeep local`
  std::vector<Server>
      servers;  ///< never empty: the control database's server when none is configured
  Workspaces workspaces;
  Upgrade upgrade;
  std::map<std::string, Profile> profiles;  ///< those that the file names or describes, and `plain`
  std::vector<Probe> probes;                ///< in the file's order
  Schedule schedule;
  Log log;
  Web web;
  std::optional<WebPatches> web_patches;  ///< nullopt: not served
  Patch patch;
  std::map<std::string, Notify> notify;
  std::map<std::string, Executor> executors;

  /// The probes for `version`. @throws ConfigError if there are none, suggesting the nearest
  /// version.
  [[nodiscard]] std::vector<Probe> probes_of(const std::string& version) const;
};

/// Locations from the environment, filled in by the caller: this library does not read the
/// environment.
struct Surroundings {
  std::optional<std::filesystem::path> config_option;       ///< --config
  std::optional<std::filesystem::path> config_environment;  ///< $UPKEEP_CONFIG
  std::filesystem::path config_home;                        ///< $XDG_CONFIG_HOME or ~/.config
  std::filesystem::path state_home;                         ///< $XDG_STATE_HOME or ~/.local/state
  std::filesystem::path share_directory;                    ///< installed data, for `include`
  std::string user;                                         ///< of this process
  unsigned uid = 0;                                         ///< effective, of this process
};

/// Finds and reads the configuration file.
/// @throws ConfigError
Config load(const Surroundings& surroundings);

/// The directory of the private local database.
std::filesystem::path local_directory(const Surroundings& surroundings);
/// The socket of the private local database.
std::filesystem::path local_socket(const Surroundings& surroundings);

}  // namespace upkeep::config
