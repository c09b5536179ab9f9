// SPDX-License-Identifier: MIT
// The frame of pmt-patch's commands: each is a class that declares its options and works in a
// Session, which connects when it is first asked to.
#pragma once

#include "cli/tool.hpp"
#include "pmt/actor.hpp"
#include "pmt/query.hpp"
#include "pmt/registry.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace upkeep::tools {

/// What a command works with. One per process.
class Session {
 public:
  struct Frame {
    std::function<config::Config()> load_config;
    std::function<std::unique_ptr<Printer>(const std::vector<std::string>&)> printer;
    std::function<NameSource(std::vector<std::string>)> names;
    std::string user;
  };
  Session(Io& io, const cli::CommonOptions& common, std::string as, std::string why, Frame frame);

  Io& io;                            // NOLINT: a bundle
  const cli::CommonOptions& common;  // NOLINT
  const std::string why;             // NOLINT: --why

  [[nodiscard]] const config::Config& config();
  [[nodiscard]] db::Connection& connection();
  [[nodiscard]] pmt::Registry& registry();
  [[nodiscard]] const pmt::ArtifactType& type() { return registry().type(); }
  [[nodiscard]] const pmt::NameRule& names();
  [[nodiscard]] std::unique_ptr<Printer> printer(const std::vector<std::string>& columns) const {
    return m_frame.printer(columns);
  }
  [[nodiscard]] pmt::Actor actor();
  [[nodiscard]] const std::string& user() const noexcept { return m_frame.user; }

  /// Roles whose names begin with `pmt-` guard the registry, where [patch.roles] names them.
  /// @throws Error(not_permitted)
  void need_role(const std::string& role);

  /// A selector, ready to run. @throws UsageError
  [[nodiscard]] pmt::SelectorSql select(const std::vector<std::string>& operands);

  /// Calls `take` for every patch or request that the operands or stdin name and that exists; tells
  /// of the others. @returns ok, partial or bad_data
  ExitStatus for_each_named(const std::vector<std::string>& operands, bool requests_too,
                            const std::function<void(pmt::Patch)>& take);

  /// After a change: the term index catches up when enough has changed.
  void changed();

 private:
  Frame m_frame;
  std::string m_as;
  std::optional<config::Config> m_config;
  std::optional<db::Connection> m_connection;
  std::unique_ptr<pmt::Registry> m_registry;
  std::optional<pmt::NameRule> m_names;
};

class Command {
 public:
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;
  virtual ~Command() = default;
  [[nodiscard]] virtual const char* name() const = 0;
  [[nodiscard]] virtual const char* summary() const = 0;
  virtual void declare(CLI::App& app) = 0;
  /// Opens nothing. @throws UsageError
  virtual void check(cli::CommonOptions& common) { (void)common; }
  virtual ExitStatus run(Session& session) = 0;
};

/// `KEY=VALUE` of --set and its like. @throws UsageError
pmt::FieldEdit field_edit(pmt::FieldEdit::Kind kind, const std::string& option,
                          const std::string& text);

/// Every `--set`, `--add` and `--remove` of a command, in that order.
struct FieldOptions {
  std::vector<std::string> set, add, remove, expect;
  void declare(CLI::App& app, bool editing);
  [[nodiscard]] std::vector<pmt::FieldEdit> edits() const;
};

/// Prints records made in one go.
void print_all(Session& session, const std::vector<std::string>& columns,
               const std::vector<Record>& records);

std::vector<std::unique_ptr<Command>> queue_commands();     // request, queue, decline, new
std::vector<std::unique_ptr<Command>> reading_commands();   // show, list, history
std::vector<std::unique_ptr<Command>> changing_commands();  // edit, link, unlink
std::vector<std::unique_ptr<Command>> exchange_commands();  // import, export
std::vector<std::unique_ptr<Command>> type_commands();      // fields, choices

}  // namespace upkeep::tools
