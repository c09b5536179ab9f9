// SPDX-License-Identifier: MIT
// The frame of the pmt-* tools. A tool with a single purpose is a PatchTool and works in its
// session(); a tool with commands is a CommandTool and adds its commands.
#pragma once

#include "cli/command.hpp"
#include "patch_cli/session.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_cli {

class PatchTool : public cli::Tool {
 public:
  /// As for every tool, but under sudo only the site's. @throws ConfigError, Error(not_permitted)
  [[nodiscard]] config::Config load_config() const override;
  /// Not under sudo: the pager would run with the account's rights.
  [[nodiscard]] bool may_page() const override { return !delegated(); }

  [[nodiscard]] std::vector<cli::Candidate> candidates(
      Io& io, const cli::WantedValue& wanted) const override;

 protected:
  /// --as and --why, for tools that change something.
  void declare_shared(CLI::App& app) override;
  [[nodiscard]] Session session(Io& io) const;
  /// Whether another user started this via sudo as an account that is not root and is therefore
  /// shared: the caller must not choose what that account reads and runs.
  [[nodiscard]] bool delegated() const;
  /// Under sudo, the caller must not read or write files with the account's rights; stdin is not a
  /// file in this sense.
  /// @throws Error(not_permitted) with the command to type instead
  void refuse_files(const std::vector<cli::NamedFile>& files) const override;

 private:
  std::string m_as, m_why;
};

using Command = cli::Command<Session>;
using Commands = cli::Commands<Session>;
using CommandTool = cli::CommandTool<Session, PatchTool>;
using cli::NamedFile;

}  // namespace upkeep::patch_cli
