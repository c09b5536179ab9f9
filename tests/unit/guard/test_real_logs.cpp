// SPDX-License-Identifier: MIT
// The built-in profile against logs of the real program, where they are at hand.
#include "base/file.hpp"
#include "base/text.hpp"
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "config/profile.hpp"
#include "guard/logscan/log_scanner.hpp"

#include <cstdlib>

using upkeep::guard::LogScanner;
using upkeep::test::at_ms;

namespace {

std::filesystem::path logs() {
  const char* shared = std::getenv("UPKEEP_SHARED");
  const std::filesystem::path root = shared != nullptr ? shared : UPKEEP_SHARED_DIR;
  return root / "data" / "processmaker" / "logs";
}

LogScanner scanned_log(const std::string& text) {
  const auto profile = upkeep::config::shipped_profile("processmaker");
  LogScanner scanner({profile.step_open, profile.step_close, profile.success, profile.failure,
                      profile.ignore, profile.step_line});
  // In odd pieces, as a pipe would bring them.
  for (std::size_t at = 0; at < text.size(); at += 997)
    scanner.feed(text.substr(at, 997), at_ms(0));
  scanner.finish(at_ms(0));
  return scanner;
}

struct Expected {
  const char* file;
  bool success;
  int steps;
  const char* open_step;
  int lines;
};

const std::vector<Expected> k_logs{
    {"3.0.1.8-no-xml-unknown-option-exit0.log", false, 0, "", 13},
    {"3.0.1.8-success-same-version.log", true, 9, "", 48},
    // Only a probe finds this one.
    {"3.1.2-alter-failed-silently-but-says-successful.log", true, 11, "", 89},
    {"3.1.2-at-style-stdin-swallowed.log", false, 0, "", 3},
    {"3.1.2-bad-db-password.log", false, 0, "Updating database", 11},
    {"3.1.2-killed-mid-way.log", false, 3, "Updating translations", 54},
    {"3.1.2-nonexistent-workspace.log", false, 0, "Updating database", 11},
    {"3.1.2-parallel-with-xml-acme.log", true, 11, "", 90},
    {"3.1.2-parallel-with-xml-beta.log", true, 11, "", 90},
    {"3.1.2-rerun-already-upgraded.log", true, 11, "", 54},
    // Two files that the program itself appends to, many runs in each.
    {"3.1.2-shared-log-upgrades.log", false, 0, "", 82},
    {"3.1.2-upgrade.log-appended-over-many-runs.log", false, 150, "", 1113},
    {"3.1.2-success-30000-cases.log", true, 11, "", 89},
    {"3.1.2-success-from-3.0.1.8.log", true, 11, "", 89},
    {"3.8.3-failed-half-way-exit0.log", false, 8, "updating database schema", 483},
    {"3.8.3-info.log", false, 0, "", 9},
    {"3.8.3-nonexistent-workspace.log", false, 8, "updating database schema", 212},
    {"3.8.3-option-after-workspace.log", false, 30, "", 344},
    {"3.8.3-parallel-acme.log", true, 30, "", 357},
    {"3.8.3-parallel-beta.log", true, 30, "", 357},
    {"3.8.3-rerun-already-upgraded.log", true, 30, "", 322},
    {"3.8.3-success-from-3.0.1.8.log", true, 30, "", 351},
    {"3.8.3-unknown-option.log", false, 0, "", 19},
};

}  // namespace

TEST_CASE("the built-in profile reads the real logs", "[guard][real]") {
  if (!std::filesystem::exists(logs())) {
    WARN("skipped: no real logs in " << logs());
    return;
  }
  for (const Expected& expected : k_logs) {
    INFO(expected.file);
    const LogScanner scanner = scanned_log(upkeep::read_file(logs() / expected.file));
    CHECK(scanner.success() == expected.success);
    CHECK(scanner.steps_done() == expected.steps);
    CHECK(scanner.step() == expected.open_step);
    CHECK(scanner.lines() == expected.lines);
  }
  for (const auto& entry : std::filesystem::directory_iterator(logs())) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".log") continue;
    INFO(name << " is not in the table");
    CHECK(std::any_of(k_logs.begin(), k_logs.end(),
                      [&](const Expected& expected) { return name == expected.file; }));
  }
}

TEST_CASE("the steps of a real run", "[guard][real]") {
  if (!std::filesystem::exists(logs())) return;
  const LogScanner scanner =
      scanned_log(upkeep::read_file(logs() / "3.1.2-success-from-3.0.1.8.log"));
  std::vector<std::string> names;
  for (const auto& step : scanner.steps()) names.push_back(step.name);
  CHECK(names == std::vector<std::string>{
                     "Updating database", "Check Intermediate Email Event", "Verify enterprise old",
                     "Updating translations", "Updating Content", "Check Mafe Requirements",
                     "Updating cache view", "Backup log files", "Updating Files Manager",
                     "Optimizing content data", "Clean access and refresh tokens"});
}

TEST_CASE("a real log from a terminal, colours and all", "[guard][real]") {
  const auto path = logs() / "3.1.2-success-on-tty-with-colours.typescript";
  if (!std::filesystem::exists(path)) return;
  std::string text = upkeep::read_file(path);
  text.erase(0, text.find('\n') + 1);  // what script(1) wrote around it
  text.erase(text.rfind("\nScript done on ") + 1);
  const LogScanner scanner = scanned_log(text);
  CHECK(scanner.success());
  CHECK(scanner.steps_done() == 11);
}

TEST_CASE("both families, by fixtures", "[guard]") {
  CHECK(
      scanned_log("UPGRADE STARTED\n* Start to backup log files...\n"
                  "* End to backup log files... (Completed on 6.6E-5 seconds)\n"
                  "* Start converting 'HTML2PDF' to 'TCPDF'...\n"
                  "* End converting 'HTML2PDF' to 'TCPDF...(0.1 seconds)\n"
                  "UPGRADE FINISHED (Completed on 22.1 seconds), ProcessMaker 3.8.3 installed)\n\n")
          .success());
  // A child run of 3.8.3 that fails: the parent goes on to its last line.
  for (const char* told :
       {"\n  Error executing 'upgrade':\n\n  no\n", "Invalid options (Console_Getopt: x)\n",
        "Invalid options: 'no-xml' specified more then once\n", "\nFatal error: x in y\n",
        "PHP Fatal error:  x\n", "Errors upgrading workspace acme: x\n", "x [Y/n] Upgrade failed\n",
        "An internal error occurred #1480000000. Please\n"}) {
    INFO(told);
    const LogScanner scanner =
        scanned_log(std::string("UPGRADE STARTED\n") + told +
                    "UPGRADE FINISHED (Completed on 1.5 seconds), ProcessMaker 3.8.3 installed)\n");
    CHECK_FALSE(scanner.success());
    CHECK(scanner.failure_line());
  }
  // What an enterprise server nests without closing it.
  const LogScanner nested = scanned_log(
      "> Migrate new lists...\n> Completed table LIST_INBOX\n"
      "> Updating Auditlog Config \n<*>   Migrate took 1 seconds.\n"
      "Upgrade successful\n");
  CHECK(nested.success());
  CHECK(nested.steps_done() == 1);
}
