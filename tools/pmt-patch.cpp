// SPDX-License-Identifier: MIT
// pmt-patch: the patch registry. Its commands are in pmt-patch/.
#include "pmt-patch/commands.hpp"

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

class PmtPatch final : public patch_cli::CommandTool {
 public:
  PmtPatch() {
    add(tools::creating_commands());
    add(tools::queue_commands());
    add(tools::number_commands());
    add(tools::reading_commands());
    add(tools::verify_commands());
    add(tools::changing_commands());
    add(tools::comment_commands());
    add(tools::exchange_commands());
    add(tools::type_commands());
    add(tools::void_commands());
  }

  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "pmt-patch";
    info.summary = "The patch registry: request, number, describe, find, import, export";
    info.writes = true;
    info.formats = {"text", "tsv", "json", "jsonl", "csv"};
    info.examples = {
        {"pmt-patch request 'ESB 4.8.1' --client Acme --jira SUPPORT-1717 'NPE in a mediator'",
         "queue a request"},
        {"pmt-patch new --platform 4.4.0 --from Q-17", "draw the next number of 4.4.0 for it"},
        {"pmt-patch edit 4.4.0-1 --add client=Globex --why 'they need it too'", "change a field"},
        {"pmt-patch comment 4.4.0-1 'the customer confirms the fix'", "add a remark"},
        {"pmt-patch list client=Acme 'released>=2014-01-01' sort:-released limit:20",
         "find patches"},
        {"pmt-patch list --json NullPointerException | jq -r '.[].patch'", "full text"},
        {"pmt-patch show 4.4.0-1 --at 2014-03-01", "a patch as it was"},
        {"pmt-patch import old.csv --map old.toml --rejects rejects.csv", "import a spreadsheet"},
        {"pmt-patch export --format jsonl > patches.jsonl", "export everything to a file"},
    };
    info.statuses = {
        {0, "done; also for an empty list"},
        {1,
         "refused or given up: an unchanged form, a concurrent edit, --limit, --unique, a declined "
         "request, a read-only field"},
        {2, "a named patch or request does not exist; import: there are rejects"},
        {64, "usage error; an invalid selector"},
        {65, "a value, a name or a file breaks its rule; nothing is written"},
        {66, "no such input file"},
        {69, "the database does not answer"},
        {75, "lock contention in the database"},
        {77, "not permitted"},
        {78,
         "configuration error; the schema is missing ('upkeep init'); the lifecycle is not loaded"},
    };
    return info;
  }
};

}  // namespace

int main(int argc, char** argv) {
  PmtPatch tool;
  return cli::run_main(argc, argv, tool);
}
