// SPDX-License-Identifier: MIT
// What is wrong in upkeep.toml is named: file, line, key, and what would be right. Always 78.
#include "config_support.hpp"

#include <utility>

#include <sys/stat.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace
using test::contains;
using test::refused;

TEST_CASE("an unknown key names the key, the line and the nearest", "[config]") {
  CHECK(refused("[upgrade]\nslots = 1\ncomand = []\n") ==
        ":3: [upgrade]: unknown key 'comand'; did you mean 'command'?");
  CHECK(refused("[database]\nsocket = \"/s\"\nsokcet = \"/t\"\n") ==
        ":3: [database]: unknown key 'sokcet'; did you mean 'socket'?");
  CHECK_THAT(refused("\n[upgrad]\n"),
             contains(":2: unknown key 'upgrad'; did you mean 'upgrade'?"));
  CHECK_THAT(refused("[schedule]\nfrobnicate = 1\n"), contains("known here: via, "));
  for (const auto& [text, key] : std::vector<std::pair<std::string, std::string>>{
           {"[[server]]\nname = \"a\"\nsocket = \"/s\"\nprot = 1\n", "prot"},
           {"[workspaces]\nname = \"x\"\n", "name"},
           {"[profile.x]\nsteps_open = \"x\"\n", "steps_open"},
           {"[[probe]]\nversion = \"1\"\ntable = \"T\"\ncolum = \"C\"\n", "colum"},
           {"[patch]\nlifecycles = \"x\"\n", "lifecycles"},
           {"[notify.x]\ncommand = [\"c\"]\nenvironment = {}\n", "environment"},
           {"stray = 1\n", "stray"}}) {
    CAPTURE(text);
    CHECK_THAT(refused(text), contains("unknown key '" + key + "'"));
  }
}

TEST_CASE("a value of the wrong type", "[config]") {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"[upgrade]\nslots = \"2\"\n", ":2: [upgrade] slots: a whole number is expected"},
           {"[upgrade]\nslots = 1.0\n", "slots: a whole number is expected"},
           {"[upgrade]\nslots = true\n", "slots: a whole number is expected"},
           {"[upgrade]\ncommand = \"php x\"\n", "command: a list of texts is expected"},
           {"[upgrade]\ncommand = [\"a\", 1]\n", "command: a list of texts is expected"},
           {"[upgrade]\ntarget = 3.1\n", "target: a text is expected"},
           {"[database]\nsocket = 1\n", "socket: a text is expected"},
           {"database = 1\n", "database: a table is expected"},
           {"[server]\nname = \"x\"\n", "server: tables are expected: [[server]]"},
           {"probe = [1]\n", "probe: tables are expected"},
           {"profile = 1\n", "profile: tables are expected"},
           {"[profile]\nx = 1\n", "[profile.x]: a table is expected"},
           {"[patch]\nhours_per_day = \"8\"\n", "hours_per_day: a number is expected"},
           {"[patch.roles]\nqa = 1\n", "qa: a list of texts is expected"},
           {"[patch]\nkeys = { a = 1 }\n", "keys: a: a text is expected"},
           {"[notify.x]\ncommand = [\"c\"]\nenv = 1\n", "env: a table of texts is expected"}}) {
    CAPTURE(text);
    CHECK_THAT(refused(text), contains(why));
  }
}

TEST_CASE("a value out of its range", "[config]") {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"[upgrade]\nslots = 0\n", "slots: 0 is not between 1 and 1024"},
           {"[upgrade]\nslots = 99999999999\n", "slots: 99999999999 is not between"},
           {"[upgrade]\ntimeout_s = -1\n", "timeout_s: -1 is not between"},
           {"[upgrade]\nlease_s = 0\n", "lease_s: 0 is not between"},
           {"[database]\nhost = \"h\"\nport = 65536\n", "port: 65536 is not between"},
           {"[schedule]\nat_queue = \"uu\"\n", "at_queue: one letter is expected"},
           {"[schedule]\nat_queue = \"1\"\n", "at_queue: one letter is expected"},
           {"[schedule]\nattempts = 0\n", "attempts: 0 is not between"},
           {"[patch]\nhours_per_day = 0\n", "hours_per_day: it must be above 0"},
           {"[database]\nsocket = \"/s\"\nschema = \"a`b\"\n", "is no name for a schema"},
           {"[database]\nsocket = \"/s\"\nschema = \"\"\n", "is no name for a schema"}}) {
    CAPTURE(text);
    CHECK_THAT(refused(text), contains(why));
  }
}

TEST_CASE("a word that is none of the known ones", "[config]") {
  CHECK_THAT(
      refused("[upgrade]\non_lock_loss = \"kil\"\n"),
      contains(":2: [upgrade] on_lock_loss: 'kil' is none of finish, kill; did you mean 'kill'?"));
  CHECK_THAT(refused("[schedule]\nvia = \"cron\"\n"),
             contains("via: 'cron' is none of at, slurm, systemd, command"));
  CHECK_THAT(refused("[workspaces]\ndiscover = \"\"\n"), contains("discover: '' is none of"));
  CHECK_THAT(refused("[database]\nsocket = \"/s\"\ntls = \"on\"\n"),
             contains("tls: 'on' is none of"));
  CHECK_THAT(refused("[patch]\nunknown_validators = \"x\"\n"),
             contains("unknown_validators: 'x' is none of"));
}

TEST_CASE("a command that does not name the workspace would upgrade something else", "[config]") {
  CHECK_THAT(refused("[upgrade]\ncommand = [\"php\", \"processmaker\", \"upgrade\"]\n"),
             contains(":2: [upgrade] command: {workspace} stands nowhere in it"));
  CHECK_THAT(refused("[upgrade]\ncommand = [\"\", \"{workspace}\"]\n"),
             contains("command: the program's name is empty"));
  CHECK_THAT(refused("[upgrade]\nbefore = [\"\"]\n"),
             contains("before: the program's name is empty"));
  CHECK_THAT(refused("[upgrade]\ncommand = [\"a\\u0000b\", \"{workspace}\"]\n"), contains("NUL"));
}

TEST_CASE("relative paths mean something else in every job", "[config]") {
  for (const char* key : {"directory", "log_dir", "state_dir", "marker"}) {
    CAPTURE(key);
    CHECK_THAT(
        refused(std::string("[upgrade]\n") + key + " = \"here\"\n"),
        contains(std::string(key) + ": 'here' is no absolute path; at(1) and cron start in"));
  }
  CHECK_THAT(refused("[workspaces]\nsites = \"./sites\"\n"), contains("no absolute path"));
  for (const char* key : {"socket", "password_file", "ca"}) {
    CAPTURE(key);
    CHECK_THAT(refused(std::string("[database]\n") + key + " = \"x\"\n"),
               contains("no absolute path"));
  }
  CHECK_THAT(refused("[upgrade]\nlog_dir = \"\"\n"), contains("log_dir: it cannot be empty"));
}

TEST_CASE("a name that leads nowhere", "[config]") {
  CHECK(refused("[upgrade]\nprofile = \"procesmaker\"\n") ==
        ":2: [upgrade] profile: there is no [profile.procesmaker]; did you mean 'processmaker'?");
  CHECK_THAT(refused("[upgrade]\nprofile = \"zzzzzzz\"\n"), contains("known: plain, processmaker"));
  CHECK(refused("[upgrade]\ntarget = \"3.2\"\n[[probe]]\nversion = \"3.1\"\ntable = \"T\"\n") ==
        ":2: [upgrade] target: no [[probe]] says how version '3.2' shows; did you mean '3.1'?");
  CHECK_THAT(refused("[upgrade]\ntarget = \"3.2\"\n"),
             contains("add one, or name a version that has one"));
}

TEST_CASE("regular expressions are checked when they are read", "[config]") {
  CHECK_THAT(refused("[profile.x]\nsuccess = \"(\"\n"),
             contains(":2: [profile.x] success: '(' is no regular"));
  CHECK_THAT(refused("[profile.x]\nfailure = [\"a\", \"[\"]\n"),
             contains("[profile.x] failure: '[' is no"));
  CHECK_THAT(refused("[workspaces]\nnames = \"*\"\n"), contains("names: '*' is no regular"));
}

TEST_CASE("what belongs together", "[config]") {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"[database]\nuser = \"x\"\n", "neither host nor socket is given"},
           {"[database]\nhost = \"h\"\nsocket = \"/s\"\n", "host and socket exclude each other"},
           {"[database]\nsocket = \"/s\"\nport = 3306\n", "a port needs a host"},
           {"[database]\nhost = \"h\"\ntls = \"verify\"\n", "'verify' needs ca"},
           {"[[server]]\nsocket = \"/s\"\n", "every server needs one"},
           {"[[server]]\nname = \"a\"\n", "neither host nor socket is given"},
           {"[[server]]\nname = \"a\"\nhost = \"h\"\n[[server]]\nname = \"a\"\nhost = \"i\"\n",
            "'a' is there twice"},
           {"[workspaces]\ndiscover = \"sites\"\n", "needs the directory"},
           {"[workspaces]\nschema = \"wf\"\n", "{workspace} must stand in it exactly once"},
           {"[workspaces]\nschema = \"{workspace}{workspace}\"\n", "exactly once"},
           {"[[probe]]\ntable = \"T\"\n", "every probe needs one"},
           {"[[probe]]\nversion = \"1\"\n", "a probe has either a table or a query"},
           {"[[probe]]\nversion = \"1\"\ntable = \"T\"\nquery = \"Q\"\n",
            "either a table or a query"},
           {"[[probe]]\nversion = \"1\"\ntable = \"T \"\n", "no such name ends with a blank"},
           {"[[probe]]\nversion = \"1\"\nquery = \"Q\"\ncolumn = \"C\"\n",
            "a column needs its table"},
           {"[schedule]\nvia = \"command\"\n", "via = \"command\" needs it"},
           {"[notify.x]\non = [\"move\"]\n", "command: it is missing"}}) {
    CAPTURE(text);
    CHECK_THAT(refused(text), contains(why));
  }
}

TEST_CASE("a file that is no TOML names the line", "[config]") {
  CHECK_THAT(refused("[upgrade]\nslots = \n"), contains(":2: "));
  CHECK_THAT(refused("[upgrade]\nslots = 1\nslots = 2\n"), contains(":3: "));
  CHECK_THAT(refused("[upgrade]\n[upgrade]\n"), contains(":2: "));
  CHECK_THAT(refused("\xff\xfe\n"), contains(":1: "));
}

TEST_CASE("a file that is not there", "[config]") {
  const test::TemporaryDirectory directory;
  config::Surroundings surroundings;
  surroundings.config_option = directory / "missing.toml";
  const Error option = test::error_of([&] { (void)config::load(surroundings); });
  CHECK(option.status() == ExitStatus::config);
  CHECK_THAT(option.message(), contains("missing.toml: No such file"));
  surroundings.config_option.reset();
  surroundings.config_environment = directory.path();  // a directory
  CHECK(test::error_of([&] { (void)config::load(surroundings); }).status() == ExitStatus::config);
}

TEST_CASE("a password file that others can read is refused, and never shown", "[config]") {
  const test::ConfigFile file("");
  const std::string password = (file / "password").string();
  replace_file(file.file(), "[database]\nsocket = \"/s\"\npassword_file = \"" + password + "\"\n",
               0600);
  const auto message = [&] {
    const Error error = test::error_of([&] { (void)file.load(); });
    CHECK(error.status() == ExitStatus::config);
    return error.message();
  };
  CHECK_THAT(message(), contains("password: No such file"));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    replace_file(password, "s3cret", mode);
    CAPTURE(mode);
    const std::string text = message();
    CHECK_THAT(text, contains("can be read by others"));
    CHECK_THAT(text, contains("chmod 0600 " + password));
    CHECK(text.find("s3cret") == std::string::npos);
  }
}

TEST_CASE("control characters of a file do not reach the terminal", "[config]") {
  const test::ConfigFile file("[upgrade]\n\"a\\u001bb\" = 1\n");
  const Error error = test::error_of([&] { (void)file.load(); });
  // Io::message() makes every message printable; this one just has to arrive whole.
  CHECK_THAT(error.message(), contains("unknown key 'a\x1b"
                                       "b'"));
}
