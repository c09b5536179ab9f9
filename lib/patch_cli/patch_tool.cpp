// SPDX-License-Identifier: MIT
#include "patch_cli/patch_tool.hpp"

#include "base/text.hpp"
#include "patch_cli/candidates.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::patch_cli {

void PatchTool::declare_shared(CLI::App& app) {
  app.add_option("--as", m_as, "Act on behalf of this user (only for accounts in [patch] trusted)")
      ->type_name("USER");
  app.add_option("--why", m_why, "The reason, for the history")->type_name("TEXT");
}

Session PatchTool::session(Io& io) const {
  return {io, *this, {.as = m_as, .why = m_why, .shared_account = delegated()}};
}

bool PatchTool::delegated() const {
  const config::Surroundings around = surroundings();
  const auto sudo_user = cli::environment("SUDO_USER");
  return around.uid != 0 && sudo_user && *sudo_user != around.user;
}

config::Config PatchTool::load_config() const {
  const config::Surroundings around = surroundings();
  if (delegated() && (around.config_option || around.config_environment)) {
    throw Error(ExitStatus::not_permitted,
                fmt::format("under sudo, {} does not read another configuration", around.user),
                "omit --config and UPKEEP_CONFIG: the site configuration is used");
  }
  return Tool::load_config();
}

std::vector<cli::Candidate> PatchTool::candidates(Io& io, const cli::WantedValue& wanted) const {
  Session work = session(io);
  return registry_candidates(work, wanted);
}

void PatchTool::refuse_files(const std::vector<cli::NamedFile>& files) const {
  if (!delegated()) return;
  for (const cli::NamedFile& file : files) {
    if (file.path.empty() || (file.path == "-" && file.can_be_stdin)) continue;
    throw Error(ExitStatus::not_permitted,
                fmt::format("{}: files are not opened under sudo", printable(file.path)),
                file.can_be_stdin ? "pipe it in, and use - instead: sudo ... - < FILE"
                                  : "omit it, or ask an administrator, who may name files");
  }
}

}  // namespace upkeep::patch_cli
