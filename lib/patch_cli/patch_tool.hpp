// SPDX-License-Identifier: MIT
// The frame of the pmt-* tools. A tool with one job is a PatchTool and works in its session(); a
// tool with commands is a CommandTool and adds its commands.
#pragma once

#include "cli/command.hpp"
#include "patch_cli/session.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_cli {

class PatchTool : public cli::Tool {
 public:
  /// As every tool does; behind sudo the site's only. @throws ConfigError, Error(not_permitted)
  [[nodiscard]] config::Config load_config() const override;

 protected:
  /// --as and --why, for tools that change something.
  void declare_shared(CLI::App& app) override;
  [[nodiscard]] Session session(Io& io) const;
  /// Whether somebody else's sudo started this as an account that is not root, which many people
  /// share then: what that account may read and run is not the caller's to choose.
  [[nodiscard]] bool delegated() const;
  /// Behind sudo the account's own files are not the caller's to read or write; stdin is none.
  /// @throws Error(not_permitted) with what to type instead
  void refuse_files(const std::vector<cli::NamedFile>& files) const override;

 private:
  std::string m_as, m_why;
};

using Command = cli::Command<Session>;
using Commands = cli::Commands<Session>;
using CommandTool = cli::CommandTool<Session, PatchTool>;
using cli::NamedFile;

}  // namespace upkeep::patch_cli
