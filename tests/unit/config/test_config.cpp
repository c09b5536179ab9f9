// SPDX-License-Identifier: MIT
// Everything that upkeep.toml(5) may say is taken as it is meant.
#include "config/config.hpp"

#include "config_support.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace upkeep;          // NOLINT(google-build-using-namespace): a test of these
using namespace upkeep::config;  // NOLINT(google-build-using-namespace): very namespaces
using test::loaded;

namespace {

using Words = std::vector<std::string>;

// Every key of the manual, with values that are not the defaults.
constexpr const char* k_every_key = R"toml(
[database]
host = "db.example.org"
port = 3307
user = "keeper"
schema = "care"
tls = "verify"
ca = "/etc/upkeep/ca.pem"
connect_timeout_s = 7
aliases = ["db", "db:3306"]

[[server]]
name = "db1"
socket = "/run/db1.sock"
user = "one"

[[server]]
name = "db2"
host = "10.0.0.2"
tls = "require"

[workspaces]
discover = "sites"
schema = "pm_{workspace}_x"
sites = "/opt/pm/shared/sites"
names = "[a-z]+"

[upgrade]
target = "3.1"
command = ["php", "./processmaker", "upgrade", "--no-xml", "{workspace}"]
directory = "/opt/pm"
profile = "myapp"
before = ["backup", "{workspace}"]
after = ["tell"]
slots = 4
timeout_s = 3600
grace_s = 0
log_dir = "/srv/log"
state_dir = "/srv/state"
lease_s = 30
on_lock_loss = "kill"
marker = "/opt/pm/shared/UPDATE.dat"

[profile.myapp]
step_open = "^> (.*)\\.\\.\\.$"
step_close = "^<\\*> "
success = "^Done$"
failure = ["^Error", "^Oops"]
steps = 5

[[probe]]
version = "3.1"
table = "EMAIL_EVENT"
column = "EMAIL_SERVER_UID"
[[probe]]
version = "3.1"
table = "NOTIFICATION_QUEUE"
[[probe]]
version = "3.2"
query = "SELECT COUNT(*) FROM CONFIGURATION"

[schedule]
via = "command"
delay_s = 0
at_queue = "z"
prefix = ["sudo", "-n"]
command = ["enqueue", "{run}", "{workspace}", "{due}"]
max_queue = 5
attempts = 1
retry_after_s = 0
map_ttl_s = 10

[patch]
name = "P-{platform}-{number:03}"
lifecycle = ""
fields = "patch.rxt"
released = ["Out"]
complete = ["Out", "Done"]
trusted = ["ci"]
hours_per_day = 7.5
days_per_week = 4
unknown_validators = "ignore"
[patch.keys]
team = "peopleInvolved_team"
[patch.roles]
qa = ["@qa", "eve"]
lead = "bob"

[notify.worklog]
on = ["move", "log-time"]
command = ["/usr/lib/upkeep/hooks/jira-worklog"]
env = { JIRA_URL = "https://jira.example.org", TOKEN_FILE = "/etc/token" }
first_retry_s = 1
tries = 3
timeout_s = 9
)toml";

}  // namespace

TEST_CASE("every key: databases and workspaces", "[config]") {
  const Config config = loaded(k_every_key);
  CHECK_FALSE(config.local_database);
  CHECK(config.database.name == "control");
  CHECK(config.database.host == "db.example.org");
  CHECK(config.database.port == 3307);
  CHECK(config.database.user == "keeper");
  CHECK(config.database.schema == "care");
  CHECK(config.database.tls == Tls::verify);
  CHECK(config.database.ca == "/etc/upkeep/ca.pem");
  CHECK(config.database.connect_timeout == std::chrono::seconds(7));
  CHECK(config.database.aliases == Words{"db", "db:3306"});
  REQUIRE(config.servers.size() == 2);
  CHECK(config.servers[0].name == "db1");
  CHECK(config.servers[0].socket == "/run/db1.sock");
  CHECK(config.servers[0].user == "one");
  CHECK(config.servers[1].host == "10.0.0.2");
  CHECK(config.servers[1].port == 3306);
  CHECK(config.servers[1].tls == Tls::require);
  CHECK(config.servers[1].user == "keeper");  // as [database] where it says nothing
  CHECK(config.servers[1].connect_timeout == std::chrono::seconds(7));
  CHECK(config.workspaces.discover == Discover::sites);
  CHECK(config.workspaces.schema == "pm_{workspace}_x");
  CHECK(config.workspaces.sites == "/opt/pm/shared/sites");
  CHECK(config.workspaces.names == "[a-z]+");
}

TEST_CASE("every key: upgrade, profiles and probes", "[config]") {
  const Config config = loaded(k_every_key);
  CHECK(config.upgrade.target == "3.1");
  CHECK(config.upgrade.command ==
        Words{"php", "./processmaker", "upgrade", "--no-xml", "{workspace}"});
  CHECK(config.upgrade.directory == "/opt/pm");
  CHECK(config.upgrade.profile == "myapp");
  CHECK(config.upgrade.before == Words{"backup", "{workspace}"});
  CHECK(config.upgrade.after == Words{"tell"});
  CHECK(config.upgrade.slots == 4);
  CHECK(config.upgrade.timeout == std::chrono::seconds(3600));
  CHECK(config.upgrade.grace == std::chrono::seconds(0));
  CHECK(config.upgrade.log_dir == "/srv/log");
  CHECK(config.upgrade.state_dir == "/srv/state");
  CHECK(config.upgrade.lease == std::chrono::seconds(30));
  CHECK(config.upgrade.on_lock_loss == OnLockLoss::kill);
  CHECK(config.upgrade.marker == "/opt/pm/shared/UPDATE.dat");
  const Profile& profile = config.profiles.at("myapp");
  CHECK(profile.step_open == "^> (.*)\\.\\.\\.$");
  CHECK(profile.step_close == "^<\\*> ");
  CHECK(profile.success == "^Done$");
  CHECK(profile.failure == Words{"^Error", "^Oops"});
  CHECK(profile.steps == 5);
  CHECK(config.profiles.contains("plain"));
  CHECK(config.probes.size() == 3);
  REQUIRE(config.probes_of("3.1").size() == 2);
  CHECK(config.probes_of("3.1")[0].column == "EMAIL_SERVER_UID");
  CHECK(config.probes_of("3.1")[1].column.empty());
  CHECK(config.probes_of("3.2")[0].query == "SELECT COUNT(*) FROM CONFIGURATION");
}

TEST_CASE("every key: schedule, patches, notifications", "[config]") {
  const Config config = loaded(k_every_key);
  CHECK(config.schedule.via == Via::command);
  CHECK(config.schedule.delay == std::chrono::seconds(0));
  CHECK(config.schedule.at_queue == "z");
  CHECK(config.schedule.prefix == Words{"sudo", "-n"});
  CHECK(config.schedule.command == Words{"enqueue", "{run}", "{workspace}", "{due}"});
  CHECK(config.schedule.max_queue == 5);
  CHECK(config.schedule.attempts == 1);
  CHECK(config.schedule.retry_after == std::chrono::seconds(0));
  CHECK(config.schedule.map_ttl == std::chrono::seconds(10));
  CHECK(config.patch.name == "P-{platform}-{number:03}");
  CHECK(config.patch.lifecycle.empty());
  CHECK(config.patch.fields == "patch.rxt");
  CHECK(config.patch.released == Words{"Out"});
  CHECK(config.patch.complete == Words{"Out", "Done"});
  CHECK(config.patch.trusted == Words{"ci"});
  CHECK(config.patch.hours_per_day == 7.5);
  CHECK(config.patch.days_per_week == 4);
  CHECK(config.patch.unknown_validators == "ignore");
  CHECK(config.patch.keys.at("team") == "peopleInvolved_team");
  REQUIRE(config.patch.roles);
  CHECK(config.patch.roles->at("qa") == Words{"@qa", "eve"});
  CHECK(config.patch.roles->at("lead") == Words{"bob"});
  const Notify& notify = config.notify.at("worklog");
  CHECK(notify.on == Words{"move", "log-time"});
  CHECK(notify.command == Words{"/usr/lib/upkeep/hooks/jira-worklog"});
  CHECK(notify.env.at("TOKEN_FILE") == "/etc/token");
  CHECK(notify.first_retry == std::chrono::seconds(1));
  CHECK(notify.tries == 3);
  CHECK(notify.timeout == std::chrono::seconds(9));
}

TEST_CASE("the defaults of the manual", "[config]") {
  const Config config = loaded("[database]\nsocket = \"/s\"\nuser = \"u\"\n");
  CHECK(config.database.schema == "upkeep");
  CHECK(config.database.tls == Tls::off);
  CHECK(config.database.connect_timeout == std::chrono::seconds(5));
  REQUIRE(config.servers.size() == 1);  // the control database's own
  CHECK(config.servers[0].socket == "/s");
  CHECK(config.workspaces.discover == Discover::schemas);
  CHECK(config.workspaces.schema == "wf_{workspace}");
  CHECK(config.workspaces.names == "[A-Za-z0-9_]{1,61}");
  CHECK(config.upgrade.slots == 1);
  CHECK(config.upgrade.timeout == std::chrono::seconds(0));
  CHECK(config.upgrade.grace == std::chrono::seconds(10));
  CHECK(config.upgrade.log_dir == "/var/log/upkeep");
  CHECK(config.upgrade.state_dir == "/var/lib/upkeep");
  CHECK(config.upgrade.lease == std::chrono::seconds(60));
  CHECK(config.upgrade.on_lock_loss == OnLockLoss::finish);
  CHECK(config.upgrade.marker.empty());
  CHECK(config.schedule.via == Via::at);
  CHECK(config.schedule.delay == std::chrono::seconds(60));
  CHECK(config.schedule.at_queue == "a");
  CHECK(config.schedule.max_queue == 10000);
  CHECK(config.schedule.attempts == 3);
  CHECK(config.schedule.retry_after == std::chrono::seconds(900));
  CHECK(config.schedule.map_ttl == std::chrono::seconds(300));
  CHECK(config.patch.name == "WSO2-CARBON-PATCH-{platform}-{number:04}");
  CHECK(config.patch.lifecycle == "PatchLifeCycle");
  CHECK_FALSE(config.patch.roles);
  CHECK(config.patch.hours_per_day == 8);
  CHECK(config.patch.days_per_week == 5);
  CHECK(config.patch.released ==
        Words{"Released", "ReleasedNotInPublicSVN", "ReleasedNoTestsProvided"});
  CHECK(config.patch.complete == Words{"Released"});
}

TEST_CASE("an empty roles table is one: nobody has a role", "[config]") {
  CHECK(loaded("[patch.roles]\n").patch.roles->empty());
}

TEST_CASE("no configuration at all is the private local database", "[config]") {
  const test::TemporaryDirectory home;
  Surroundings surroundings;
  surroundings.config_home = home / "config";
  surroundings.state_home = home / "state";
  surroundings.user = "somebody";
  if (std::filesystem::exists("/etc/upkeep/upkeep.toml")) return;
  const Config config = load(surroundings);
  CHECK(config.file.empty());
  CHECK(config.local_database);
  CHECK(config.database.socket == (home / "state/upkeep/mariadb.sock").string());
  CHECK(config.database.user == "somebody");
  CHECK(config.upgrade.log_dir == home / "state/upkeep/log");
  CHECK(config.servers.size() == 1);
}

TEST_CASE("a file without [database] keeps the local one", "[config]") {
  const test::ConfigFile file("[upgrade]\nslots = 2\n");
  const Config config = file.load();
  CHECK(config.local_database);
  CHECK(config.upgrade.slots == 2);
  CHECK(config.upgrade.log_dir == file / "state-home/upkeep/log");
}

TEST_CASE("where the file is looked for", "[config]") {
  const test::ConfigFile option("[upgrade]\nslots = 1\n");
  const test::ConfigFile environment("[upgrade]\nslots = 2\n");
  const test::TemporaryDirectory home;
  std::filesystem::create_directory(home / "upkeep");
  replace_file(home / "upkeep/upkeep.toml", "[upgrade]\nslots = 3\n", 0600);
  Surroundings surroundings;
  surroundings.uid = ::geteuid();
  surroundings.config_home = home.path();
  surroundings.state_home = home.path();
  CHECK(load(surroundings).upgrade.slots == 3);
  surroundings.config_environment = environment.file();
  CHECK(load(surroundings).upgrade.slots == 2);
  surroundings.config_option = option.file();
  CHECK(load(surroundings).upgrade.slots == 1);
}

TEST_CASE("the password comes from its file, its line end left out", "[config]") {
  const test::ConfigFile file("");
  const std::string password = (file / "password").string();
  replace_file(file.file(), "[database]\nsocket = \"/s\"\npassword_file = \"" + password + "\"\n",
               0600);
  replace_file(password, " s3cret \n", 0600);
  CHECK(file.load().database.password == " s3cret ");
  replace_file(password, "", 0600);
  CHECK(file.load().database.password.empty());
}
