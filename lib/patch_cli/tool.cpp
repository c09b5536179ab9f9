// SPDX-License-Identifier: MIT
#include "patch_cli/tool.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::patch_cli {

void PatchTool::declare_actor(CLI::App& app) {
  app.add_option("--as", m_as, "Act for this user (accounts of [patch] trusted only)")
      ->type_name("USER");
  app.add_option("--why", m_why, "The reason, for the history")->type_name("TEXT");
}

Session PatchTool::session(Io& io) {
  return {
      io,
      common,
      m_as,
      m_why,
      {[this] { return load_config(); },
       [this, &io](const std::vector<std::string>& columns) { return printer(io, columns); },
       [this, &io](std::vector<std::string> operands) { return names(io, std::move(operands)); },
       [this](const config::Config& config) { return person(config); }, info().name, delegated()}};
}

bool PatchTool::delegated() const {
  const config::Surroundings around = surroundings();
  const auto sudo_user = cli::environment("SUDO_USER");
  return around.uid != 0 && sudo_user && *sudo_user != around.user;
}

config::Config PatchTool::load_config() const {
  const config::Surroundings around = surroundings();
  if (delegated() && (around.config_option || around.config_environment)) {
    throw Error(
        ExitStatus::not_permitted,
        fmt::format("behind sudo, {} cannot be made to read another configuration", around.user),
        "leave out --config and UPKEEP_CONFIG: the site's configuration is used");
  }
  return Tool::load_config();
}

void PatchTool::refuse_files(const std::vector<NamedFile>& files) const {
  if (!delegated()) return;
  for (const NamedFile& file : files) {
    if (file.path.empty() || (file.path == "-" && file.can_be_stdin)) continue;
    throw Error(ExitStatus::not_permitted,
                fmt::format("{}: behind sudo, files are not opened", printable(file.path)),
                file.can_be_stdin
                    ? "pipe it in, and name - instead: sudo ... - < FILE"
                    : "leave it out, or ask an administrator who may name files to do it");
  }
}

void CommandTool::add(Commands commands) {
  for (auto& command : commands) m_commands.push_back({std::move(command)});
}

void CommandTool::declare(CLI::App& app) {
  app.require_subcommand(0, 1);  // check() names what is missing
  app.fallthrough();             // common options may follow the command
  declare_actor(app);
  for (auto& [command, sub] : m_commands) {
    sub = app.add_subcommand(command->name(), command->summary());
    command->declare(*sub);
    // Behind a command with operands -0 would be one: it looks like a number.
    sub->add_flag("-0,--null", common.null)->group("");
  }
}

Command* CommandTool::chosen() const {
  for (const auto& [command, sub] : m_commands) {
    if (sub->parsed()) return command.get();
  }
  return nullptr;
}

void CommandTool::check() {
  Command* command = chosen();
  if (command != nullptr) {
    command->check(common);
    if (const auto columns = command->columns(); !columns.empty()) check_fields(columns);
    return;
  }
  std::string all;
  for (const auto& entry : m_commands)
    all += (all.empty() ? "" : ", ") + std::string(entry.command->name());
  throw UsageError("a command is missing: " + all, "'" + info().name + " --help' shows them");
}

ExitStatus CommandTool::run(Io& io) {
  refuse_files(chosen()->files());
  Session work = session(io);
  return chosen()->run(work);
}

}  // namespace upkeep::patch_cli
