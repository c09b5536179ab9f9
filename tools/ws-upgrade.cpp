// SPDX-License-Identifier: MIT
// ws-upgrade: performs upgrades, one at a time, under the lock. Its commands are in ws-upgrade/.
#include "ws-upgrade/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class WsUpgrade final : public upgrade_cli::CommandTool {
 public:
  WsUpgrade() {
    add(tools::drain_mode(m_shared));
    add(tools::break_lease_mode(m_shared));
    add(tools::name_commands(m_shared));
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-upgrade";
    info.summary = "Run upgrades of workspaces, one at a time, under the lock";
    info.writes = true;
    info.examples = {
        {"ws-upgrade acme", "upgrade one workspace as soon as it is its turn"},
        {"ws-upgrade --wait 0 acme", "only if nothing else is being upgraded now"},
        {"ws-upgrade --drain", "process the queue; what scheduled jobs run"},
        {"ws-upgrade --drain --retry --summary", "a nightly drain with one record at its end"},
        {"ws-upgrade --accept acme", "record that it was repaired manually"},
    };
    info.statuses = {
        {0, "all succeeded, or were already upgraded"},
        {1, "some failed, or a rule refused"},
        {2, "some names are unknown"},
        {64, "usage"},
        {65, "a name breaks the name rule"},
        {69, "the database does not answer, or does not provide a real lock"},
        {73, "a log or state file cannot be created"},
        {75, "try again later: no turn within --wait, past --until, too many connections"},
        {76, "the lock was lost during the run"},
        {77, "the database denies access, or root would run what others can modify"},
        {78, "configuration"},
        {124, "the command exceeded its time limit"},
        {130, "interrupted (128 + signal)"},
    };
    return info;
  }

 private:
  tools::SharedOptions m_shared;
};

}  // namespace

int main(int argc, char** argv) {
  WsUpgrade tool;
  return cli::run_main(argc, argv, tool);
}
