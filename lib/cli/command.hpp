// SPDX-License-Identifier: MIT
// A tool with several commands: each is a Command, selected by a word or an option.
#pragma once

#include "cli/session.hpp"
#include "cli/tool.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class Option;
}

namespace upkeep::cli {

/// The interface of a command that does not depend on its Session. Its name determines how it is
/// selected: a word is a subcommand (`list`; `local start` is in the group `local`), an option is a
/// mode (`--list`), and the empty name is the default if no mode is selected.
class CommandBase {
 public:
  CommandBase() = default;
  CommandBase(const CommandBase&) = delete;
  CommandBase& operator=(const CommandBase&) = delete;
  virtual ~CommandBase() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  [[nodiscard]] virtual const char* summary() const = 0;
  /// Declares the option that selects a mode: a flag, unless the mode takes a value with it.
  virtual CLI::Option* declare_choice(CLI::App& app);
  /// Declares options and operands, bound directly to members.
  virtual void declare(CLI::App& app) { (void)app; }
  /// For a mode: the other modes' options and operands that it can be combined with; any others are
  /// refused.
  [[nodiscard]] virtual std::vector<std::string> takes() const { return {}; }
  /// Checks what the parser cannot check; opens nothing. @throws UsageError
  virtual void check(CommonOptions& common) { (void)common; }
  /// The columns of its records, so that an invalid --fields is refused before anything is done.
  /// Empty if they are only known later and nothing is changed before that.
  [[nodiscard]] virtual std::vector<std::string> columns() const { return {}; }
  /// The files named by its operands and options, to be read or written.
  [[nodiscard]] virtual std::vector<NamedFile> files() const { return {}; }
};

/// A command that uses a `Session`: cli::Session or a class derived from it.
template <class Session>
class Command : public CommandBase {
 public:
  /// Does the work. @throws Error
  virtual ExitStatus run(Session& session) = 0;
};

template <class Session>
using Commands = std::vector<std::unique_ptr<Command<Session>>>;

/// Declares commands to the parser and finds the selected one.
class CommandChoice {
 public:
  /// The word that precedes a group's commands, and a summary of the group.
  void group(const char* name, const char* summary) { m_groups.push_back({name, summary}); }
  /// Keeps a reference; --help lists commands in this order.
  void add(CommandBase& command) { m_entries.push_back({&command}); }
  void declare(CLI::App& app, CommonOptions& common);
  /// An index in the order of add(). @throws UsageError if a subcommand is missing
  [[nodiscard]] std::size_t chosen(const std::string& tool) const;

 private:
  struct Group {
    const char* name;
    const char* summary;
    CLI::App* app = nullptr;  ///< owned by the parser
  };
  struct Entry {
    CommandBase* command;
    CLI::App* sub = nullptr;        ///< of a sub-command; owned by the parser
    CLI::Option* choice = nullptr;  ///< of a mode; owned by the parser
  };
  void declare_modes(CLI::App& app);
  void declare_sub_command(CLI::App& app, Entry& entry, CommonOptions& common);
  [[nodiscard]] std::string missing() const;
  std::vector<Group> m_groups;
  std::vector<Entry> m_entries;
};

/// The frame of a tool with commands. `Base` is Tool or derived from it, and creates the Session:
/// `Session session(Io&)`.
template <class Session, class Base = Tool>
class CommandTool : public Base {
 public:
  void declare(CLI::App& app) override {
    this->declare_shared(app);
    for (auto& command : m_commands) m_choice.add(*command);
    m_choice.declare(app, this->common);
  }
  void check() override {
    CommandBase& command = chosen();
    command.check(this->common);
    if (const auto columns = command.columns(); !columns.empty()) this->check_fields(columns);
  }
  ExitStatus run(Io& io) override {
    Command<Session>& command = chosen();
    this->refuse_files(command.files());
    Session work = this->session(io);
    return command.run(work);
  }

 protected:
  /// In the order of --help. To be called by the constructor.
  void add(Commands<Session> commands) {
    for (auto& command : commands) m_commands.push_back(std::move(command));
  }
  void group(const char* name, const char* summary) { m_choice.group(name, summary); }

 private:
  [[nodiscard]] Command<Session>& chosen() const {
    return *m_commands[m_choice.chosen(this->info().name)];
  }
  Commands<Session> m_commands;
  CommandChoice m_choice;
};

/// Constructs the commands of these types, each with the same arguments.
template <class Session, class... Types, class... Arguments>
Commands<Session> make_commands(Arguments&... arguments) {
  Commands<Session> commands;
  (commands.push_back(std::make_unique<Types>(arguments...)), ...);
  return commands;
}

}  // namespace upkeep::cli
