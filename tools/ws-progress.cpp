// SPDX-License-Identifier: MIT
// ws-progress: shows the progress of upgrades, their place in the queue and their expected end. Its
// commands are in ws-progress/.
#include "ws-progress/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class WsProgress final : public upgrade_cli::CommandTool {
 public:
  WsProgress() {
    add(tools::fleet_modes(m_shared));
    add(tools::page_modes(m_shared));
    add(tools::show_command(m_shared));
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "ws-progress";
    info.summary = "Show the progress of upgrades, their place in the queue and when they will end";
    info.formats = {"text", "tsv", "json", "jsonl", "html"};
    info.examples = {
        {"ws-progress acme", "one workspace, now"},
        {"ws-progress --follow acme",
         "until it is done; a bar on a terminal, a record per change in a pipe"},
        {"ws-progress --active --follow", "all that are queued or running"},
        {"ws-progress --forecast --json", "when the whole queue will be finished"},
        {"ws-progress --forecast --until 06:00", "and how many will be left by then"},
        {"ws-progress --report --from 2026-01-02T20:00Z --format html > night.html",
         "a report of a night as a page"},
        {"ws-progress --log acme", "the end of the log of its newest run"},
    };
    info.statuses = {
        {0, "all upgraded"},
        {1, "some are queued, running or pending"},
        {2, "some failed or are unknown"},
        {64, "usage"},
        {65, "a name breaks the name rule; with --page: no published record on stdin"},
        {66, "with --log: there is no log, or it is not in log_dir"},
        {69, "the database does not answer"},
        {73, "with --publish: the directory cannot be written"},
        {75, "with --publish: too many concurrent requests"},
        {77, "access to the database was denied"},
        {78, "configuration"},
    };
    return info;
  }

 private:
  tools::SharedOptions m_shared;
};

}  // namespace

int main(int argc, char** argv) {
  WsProgress tool;
  return cli::run_main(argc, argv, tool);
}
