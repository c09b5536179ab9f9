// SPDX-License-Identifier: MIT
// pmt-lifecycle: moves patches through their lifecycle. Its commands are in pmt-lifecycle/.
#include "pmt-lifecycle/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class PmtLifecycle final : public patch_cli::CommandTool {
 public:
  PmtLifecycle() {
    add(tools::checklist_commands());
    add(tools::move_commands());
    add(tools::mine_commands());
    add(tools::waiting_commands());
    add(tools::log_time_commands());
    add(tools::time_commands());
    add(tools::definition_commands());
    add(tools::delivery_commands());
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "pmt-lifecycle";
    info.summary = "Move patches through their lifecycle: checklists, votes, gates, time, ETA";
    info.writes = true;
    info.formats = {"text", "tsv", "json", "jsonl", "dot", "svg"};
    info.examples = {
        {"pmt-lifecycle lint PatchLifeCycle.xml", "check a lifecycle"},
        {"pmt-lifecycle show 4.4.0-1", "the checklist of a patch, and what blocks each event"},
        {"pmt-lifecycle tick 4.4.0-1 1-3,5 'Verified README'", "tick items by number or text"},
        {"pmt-lifecycle promote 4.4.0-1 --time 2.5h --comment 'all well'", "move the patch"},
        {"pmt-lifecycle mine", "what you have to do, and what you wait for"},
        {"pmt-lifecycle blockers state=Testing | cut -f1 | sort -u",
         "patches that are blocked in Testing"},
        {"pmt-lifecycle eta 4.4.0-1 --stage Testing --best 1d --likely 2d --worst 5d",
         "estimate a stage"},
        {"pmt-lifecycle eta 4.4.0-1 --public", "the dates for the customer"},
        {"pmt-lifecycle graph PatchLifeCycle --format svg > lifecycle.svg", "draw a lifecycle"},
    };
    info.statuses = {
        {0, "done; nothing blocks it"},
        {1,
         "refused by a rule, with one record per reason; lint: errors; blockers, overdue: some "
         "found"},
        {2, "a patch, event, item, state or lifecycle does not exist"},
        {64, "usage error; an invalid duration or selector"},
        {65, "a file is not a lifecycle, or has errors; a name breaks its rule"},
        {66, "no such input file"},
        {69, "the database does not answer"},
        {75, "lock contention in the database; deliver --revive: another deliverer is running"},
        {77, "only a role forbids it"},
        {78, "configuration error; the schema is missing ('upkeep init')"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    m_app = &app;
    CommandTool::declare(app);
  }

  void check() override {
    CommandTool::check();
    const bool drawing = common.format == "dot" || common.format == "svg";
    if (drawing && !m_app->got_subcommand("graph")) {
      throw UsageError("--format " + common.format + ": only 'graph' has this format");
    }
  }

  ExitStatus run(Io& io) override {
    const ExitStatus status = CommandTool::run(io);
    const bool reads = m_app->got_subcommand("lint") || m_app->got_subcommand("deliver");
    if (reads || common.dry_run) return status;
    const config::Config config = load_config();
    if (config.patch.deliver != "command" || config.notify.empty()) return status;
    // What has been done stays done, even if notifications fail.
    try {
      auto work = session(io);
      tools::deliver_now(work);
    } catch (const Error& error) {
      io.warning("nothing was delivered: " + error.message());
    }
    return status;
  }

 private:
  CLI::App* m_app = nullptr;
};

}  // namespace

int main(int argc, char** argv) {
  PmtLifecycle tool;
  return cli::run_main(argc, argv, tool);
}
