// SPDX-License-Identifier: MIT
// ws-schedule: queues upgrades and passes them to at(1) or another scheduler. Its commands are in
// ws-schedule/.
#include "ws-schedule/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class WsSchedule final : public upgrade_cli::CommandTool {
 public:
  WsSchedule() {
    add(tools::run_modes(m_shared));
    add(tools::queue_modes(m_shared));
    add(tools::hold_modes(m_shared));
    add(tools::queue_command(m_shared));
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-schedule";
    info.summary = "Queue upgrades of workspaces and pass them to at(1)";
    info.writes = true;
    info.examples = {
        {"ws-schedule acme", "queue one upgrade; at(1) starts it in a minute"},
        {"ws-check --all --pending | ws-schedule --sweep night --canary 3 --max-failures 5 --until "
         "06:00 --at 22:00 --priority 9 --no-job",
         "a nightly sweep with rules, behind logins, for a drain started then"},
        {"ws-schedule --resume-sweep night", "resume a sweep that a rule has stopped"},
        {"ws-schedule --list", "what is queued and running, in order"},
        {"ws-schedule --cancel acme", "cancel it"},
        {"ws-schedule --retarget acme", "change its run to the configured version"},
        {"ws-schedule --pause --reason 'backups run'", "nothing is started until --resume"},
        {"ws-schedule --hold acme --why 'exams until Friday'",
         "acme is not upgraded until --release, and its users continue to work"},
    };
    info.statuses = {
        {0, "all are queued, already queued, or upgraded"},
        {1, "some were refused; --cancel of what is not queued, --release of what is not held"},
        {2, "some are unknown, or no such sweep"},
        {64, "usage"},
        {65, "a name breaks the name rule"},
        {69, "the database or the scheduler does not answer"},
        {75, "the queue is full"},
        {77, "at(1) or the database denies access, or root's job would be refused"},
        {78, "configuration"},
    };
    return info;
  }

 private:
  tools::SharedOptions m_shared;
};

}  // namespace

int main(int argc, char** argv) {
  WsSchedule tool;
  return cli::run_main(argc, argv, tool);
}
