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
           {"[upgrade]\nslots = \"2\"\n", ":2: [upgrade] slots: expected a whole number"},
           {"[upgrade]\nslots = 1.0\n", "slots: expected a whole number"},
           {"[upgrade]\nslots = true\n", "slots: expected a whole number"},
           {"[upgrade]\ncommand = \"php x\"\n", "command: expected a list of strings"},
           {"[upgrade]\ncommand = [\"a\", 1]\n", "command: expected a list of strings"},
           {"[upgrade]\ntarget = 3.1\n", "target: expected a string"},
           {"[database]\nsocket = 1\n", "socket: expected a string"},
           {"database = 1\n", "database: expected a table"},
           {"[server]\nname = \"x\"\n", "server: expected tables: [[server]]"},
           {"probe = [1]\n", "probe: expected tables"},
           {"profile = 1\n", "profile: expected tables"},
           {"[profile]\nx = 1\n", "[profile.x]: expected a table"},
           {"[patch]\nhours_per_day = \"8\"\n", "hours_per_day: expected a number"},
           {"[patch.roles]\nqa = 1\n", "qa: expected a list of strings"},
           {"[patch]\nkeys = { a = 1 }\n", "keys: a: expected a string"},
           {"[notify.x]\ncommand = [\"c\"]\nenv = 1\n", "env: expected a table of strings"}}) {
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
           {"[schedule]\nat_queue = \"uu\"\n", "at_queue: expected one letter"},
           {"[schedule]\nat_queue = \"1\"\n", "at_queue: expected one letter"},
           {"[schedule]\nattempts = 0\n", "attempts: 0 is not between"},
           {"[patch]\nhours_per_day = 0\n", "hours_per_day: must be greater than 0"},
           {"[database]\nsocket = \"/s\"\nschema = \"a`b\"\n", "is not a valid schema name"},
           {"[database]\nsocket = \"/s\"\nschema = \"\"\n", "is not a valid schema name"}}) {
    CAPTURE(text);
    CHECK_THAT(refused(text), contains(why));
  }
}

TEST_CASE("a word that is not one of the known ones", "[config]") {
  CHECK_THAT(
      refused("[upgrade]\non_lock_loss = \"kil\"\n"),
      contains(
          ":2: [upgrade] on_lock_loss: 'kil' is not one of finish, kill; did you mean 'kill'?"));
  CHECK_THAT(refused("[schedule]\nvia = \"cron\"\n"),
             contains("via: 'cron' is not one of at, slurm, systemd, command"));
  CHECK_THAT(refused("[log]\nto = \"syslog\"\n"),
             contains("to: 'syslog' is not one of file, journal"));
  CHECK_THAT(refused("[workspaces]\ndiscover = \"\"\n"), contains("discover: '' is not one of"));
  CHECK_THAT(refused("[database]\nsocket = \"/s\"\ntls = \"on\"\n"),
             contains("tls: 'on' is not one of"));
  CHECK_THAT(refused("[patch]\nunknown_validators = \"x\"\n"),
             contains("unknown_validators: 'x' is not one of"));
}

TEST_CASE("a command that does not name the workspace would upgrade something else", "[config]") {
  CHECK_THAT(refused("[upgrade]\ncommand = [\"php\", \"processmaker\", \"upgrade\"]\n"),
             contains(":2: [upgrade] command: {workspace} is missing"));
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
        contains(std::string(key) + ": 'here' is not an absolute path; at(1) and cron start in"));
  }
  CHECK_THAT(refused("[workspaces]\nsites = \"./sites\"\n"), contains("not an absolute path"));
  for (const char* key : {"socket", "password_file", "ca"}) {
    CAPTURE(key);
    CHECK_THAT(refused(std::string("[database]\n") + key + " = \"x\"\n"),
               contains("not an absolute path"));
  }
  CHECK_THAT(refused("[upgrade]\nlog_dir = \"\"\n"), contains("log_dir: must not be empty"));
}

TEST_CASE("a name that leads nowhere", "[config]") {
  CHECK(refused("[upgrade]\nprofile = \"procesmaker\"\n") ==
        ":2: [upgrade] profile: there is no [profile.procesmaker]; did you mean 'processmaker'?");
  CHECK_THAT(refused("[upgrade]\nprofile = \"zzzzzzz\"\n"),
             contains("known: ") && contains("plain, processmaker"));
  CHECK(refused("[upgrade]\ntarget = \"3.2\"\n[[probe]]\nversion = \"3.1\"\ntable = \"T\"\n") ==
        ":2: [upgrade] target: there is no [[probe]] for version '3.2'; did you mean '3.1'?");
  CHECK_THAT(refused("[upgrade]\ntarget = \"3.2\"\n"),
             contains("add one, or use a version that has one"));
}

TEST_CASE("regular expressions are checked when they are read", "[config]") {
  CHECK_THAT(refused("[profile.x]\nsuccess = \"(\"\n"),
             contains(":2: [profile.x] success: '(' is not a regular"));
  CHECK_THAT(refused("[profile.x]\nfailure = [\"a\", \"[\"]\n"),
             contains("[profile.x] failure: '[' is no"));
  CHECK_THAT(refused("[workspaces]\nnames = \"*\"\n"), contains("names: '*' is not a regular"));
}

TEST_CASE("what belongs together", "[config]") {
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"[database]\nuser = \"x\"\n", "neither host nor socket is given"},
           {"[database]\nhost = \"h\"\nsocket = \"/s\"\n", "host and socket exclude each other"},
           {"[database]\nsocket = \"/s\"\nport = 3306\n", "a port requires a host"},
           {"[database]\nhost = \"h\"\ntls = \"verify\"\n", "'verify' requires ca"},
           {"[[server]]\nsocket = \"/s\"\n", "required for every server"},
           {"[[server]]\nname = \"a\"\n", "neither host nor socket is given"},
           {"[[server]]\nname = \"a\"\nhost = \"h\"\n[[server]]\nname = \"a\"\nhost = \"i\"\n",
            "'a' occurs twice"},
           {"[workspaces]\ndiscover = \"sites\"\n", "required with discover"},
           {"[workspaces]\nschema = \"wf\"\n", "{workspace} must appear exactly once"},
           {"[workspaces]\nschema = \"{workspace}{workspace}\"\n", "exactly once"},
           {"[[probe]]\ntable = \"T\"\n", "required in every probe"},
           {"[[probe]]\nversion = \"1\"\n", "a probe needs either a table or a query"},
           {"[[probe]]\nversion = \"1\"\ntable = \"T\"\nquery = \"Q\"\n",
            "either a table or a query"},
           {"[[probe]]\nversion = \"1\"\ntable = \"T \"\n", "such a name cannot end with a blank"},
           {"[[probe]]\nversion = \"1\"\nquery = \"Q\"\ncolumn = \"C\"\n",
            "a column requires its table"},
           {"[schedule]\nvia = \"command\"\n", "required with via = \"command\""},
           {"[notify.x]\non = [\"move\"]\n", "command: missing"}}) {
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
