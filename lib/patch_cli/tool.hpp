// SPDX-License-Identifier: MIT
// The frame of the pmt-* tools. A tool with one job is a PatchTool and works in its session(); a
// tool with commands is a CommandTool and adds its commands.
#pragma once

#include "cli/tool.hpp"
#include "patch_cli/session.hpp"

#include <memory>
#include <string>
#include <vector>

namespace upkeep::patch_cli {

/// A file that a command line names.
struct NamedFile {
  std::string path;           ///< empty: none is named
  bool can_be_stdin = false;  ///< `-` stands for stdin there
};

class PatchTool : public cli::Tool {
 protected:
  /// --as and --why, for tools that change something.
  void declare_actor(CLI::App& app);
  [[nodiscard]] Session session(Io& io);
  /// Whether somebody else's sudo started this as an account that is not root, which many people
  /// share then: what that account may read and run is not the caller's to choose.
  [[nodiscard]] bool delegated() const;
  /// As every tool does; behind sudo the site's only. @throws ConfigError, Error(not_permitted)
  [[nodiscard]] config::Config load_config() const;
  /// Behind sudo the account's own files are not the caller's to read or write; stdin is none.
  /// @throws Error(not_permitted) with what to type instead
  void refuse_files(const std::vector<NamedFile>& files) const;

 private:
  std::string m_as, m_why;
};

/// One command of a tool.
class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  [[nodiscard]] virtual const char* summary() const = 0;
  /// Declares options and operands, bound straight to members.
  virtual void declare(CLI::App& app) = 0;
  /// Checks what the parser could not, and opens nothing. @throws UsageError
  virtual void check(cli::CommonOptions& common) { (void)common; }
  /// The columns of its records, so that a wrong --fields is told before anything is done. Empty
  /// where they are known later, and nothing is changed before.
  [[nodiscard]] virtual std::vector<std::string> columns() const { return {}; }
  /// The files that its operands and options name, read or written.
  [[nodiscard]] virtual std::vector<NamedFile> files() const { return {}; }
  /// Does the work. @throws Error
  virtual ExitStatus run(Session& session) = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

class CommandTool : public PatchTool {
 public:
  void declare(CLI::App& app) override;
  void check() override;
  ExitStatus run(Io& io) override;

 protected:
  /// In the order of --help. For the constructor.
  void add(Commands commands);

 private:
  struct Entry {
    std::unique_ptr<Command> command;
    CLI::App* sub = nullptr;  ///< owned by the parser
  };
  [[nodiscard]] Command* chosen() const;
  std::vector<Entry> m_commands;
};

}  // namespace upkeep::patch_cli
