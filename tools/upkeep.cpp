// SPDX-License-Identifier: MIT
// upkeep: sets up the suite and diagnoses problems with the set-up. Its commands are in upkeep/.
#include "upkeep/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class Upkeep final : public cli::CommandTool<cli::Session> {
 public:
  Upkeep() {
    group("local", "A private MariaDB on a Unix socket");
    add(tools::set_up_commands());
    add(tools::watching_commands());
    add(tools::local_commands());
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "upkeep";
    info.summary = "Set up the suite and diagnose problems with the set-up";
    info.writes = true;
    info.examples = {
        {"upkeep local start", "start the private database, for a first try or a single machine"},
        {"upkeep setup --profile mediawiki --directory /usr/share/mediawiki",
         "a configuration for that application, to look over"},
        {"upkeep init", "create or migrate the schema; running it again changes nothing"},
        {"upkeep init --dry-run", "report what would be created"},
        {"upkeep doctor", "check everything; one record per check, with advice"},
        {"upkeep doctor --json | jq -r '.[] | select(.result == \"fail\") | .fix'",
         "only problems that need fixing"},
        {"upkeep grants --for patches --user patches",
         "the SQL of an account that cannot rewrite history"},
        {"upkeep metrics --output /var/lib/prometheus/node-exporter/upkeep.prom",
         "figures for node_exporter's textfile collector"},
        {"upkeep prune -n --runs-older 1y --logs-older 90d",
         "what would be deleted of the history"},
        {"upkeep doctor --nagios", "one line for a monitoring system, with performance data"},
        {"upkeep local stop", "stop the private database"},
    };
    info.statuses = {
        {0, "done; doctor: no check failed; local status: it is running"},
        {1, "doctor: a check failed; local status: it is not running"},
        {2, "doctor --nagios: CRITICAL; it has only 0 (OK), 1 (WARNING), 2 and 3 (UNKNOWN)"},
        {64, "usage"},
        {66, "setup, prune: the directory does not exist"},
        {69, "the database does not answer, or no server is installed"},
        {73, "the directory or data of the private database, or a file, cannot be created"},
        {75, "another init, start or stop is running"},
        {77, "the database user lacks a privilege; the message says what to grant"},
        {78, "configuration"},
    };
    return info;
  }
};

}  // namespace

int main(int argc, char** argv) {
  Upkeep tool;
  return cli::run_main(argc, argv, tool);
}
