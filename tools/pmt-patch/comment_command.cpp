// SPDX-License-Identifier: MIT
// comment.
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class Comment final : public Command {
 public:
  const char* name() const override { return "comment"; }
  const char* summary() const override {
    return "Add a remark to the history of a patch or request";
  }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patch, "The patch or request; - reads names from stdin")
        ->type_name("PATCH|Q-N")
        ->required();
    app.add_option("text", m_text, "The remark; - reads it from stdin")
        ->type_name("TEXT")
        ->required();
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (trim(m_text).empty()) throw UsageError("a comment needs a text");
    if (m_patch == "-" && m_text == "-") {
      throw UsageError("both the patches and the text are '-'", "only one of them can be stdin");
    }
  }
  ExitStatus run(Session& session) override {
    session.need_role("pmt-comment");
    std::string text = m_text;
    if (text == "-") text = session.input("-", patch::k_longest_comment);
    text = trim(text);
    if (text.empty()) throw UsageError("a comment needs a text", "standard input is empty");
    text = session.history_comment(text);
    return session.for_each_named({m_patch}, true, [&](const patch::Patch& patch) {
      session.registry().comment(patch.id, text, session.common.dry_run);
      if (!session.common.dry_run) return;
      session.io.note(
          fmt::format("{}: the comment would be added", patch::name_of(patch, session.names())));
    });
  }

 private:
  std::string m_patch, m_text;
};

}  // namespace

Commands comment_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Comment>());
  return commands;
}

}  // namespace upkeep::tools
