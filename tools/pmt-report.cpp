// SPDX-License-Identifier: MIT
// pmt-report: stuck, overdue and released patches, service packs. Its reports are in pmt-report/.
#include "pmt-report/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class PmtReport final : public patch_cli::CommandTool {
 public:
  PmtReport() {
    add(tools::status_commands(m_range));
    add(tools::figure_commands(m_range));
    add(tools::jar_commands(m_range));
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "pmt-report";
    info.summary = "Report on stuck, overdue and released patches and on service packs";
    info.formats = {"text", "tsv", "json", "jsonl", "csv", "html", "svg"};
    info.examples = {
        {"pmt-report health platform=4.4.0", "patches that are not process-complete"},
        {"pmt-report released --from 2014-01-01 --by month", "releases by month"},
        {"pmt-report trend --by week --format html > trend.html", "a page with charts"},
        {"pmt-report service-pack --product 'ESB 4.8.1' --platform 4.2.0 --json", "the manifest"},
        {"pmt-report effective --platform 4.2.0 --jar org.wso2.carbon.core",
         "which patch's jar is used"},
        {"pmt-report missing --platform 4.2.0 --applied prePatchedDir.txt", "what a server lacks"},
        {"pmt-report recall 4.2.0-7", "who has a bad patch"},
        {"pmt-report over-eta | pmt-lifecycle blockers", "what blocks late patches"},
    };
    info.statuses = {
        {0, "done, regardless of findings"},
        {2, "a named patch does not exist"},
        {64, "usage error; an invalid selector"},
        {65, "a name or a file breaks its rule"},
        {66, "a file does not exist"},
        {69, "the database does not answer"},
        {77, "not permitted"},
        {78, "configuration error; the schema is missing ('upkeep init')"},
    };
    return info;
  }

 private:
  tools::Range m_range;
};

}  // namespace

int main(int argc, char** argv) {
  PmtReport tool;
  return cli::run_main(argc, argv, tool);
}
