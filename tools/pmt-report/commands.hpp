// SPDX-License-Identifier: MIT
// The reports as commands.
#pragma once

#include "patch/report/reports.hpp"
#include "patch_cli/patch_tool.hpp"

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace upkeep::tools {

using patch_cli::Command;
using patch_cli::Commands;
using patch_cli::NamedFile;
using patch_cli::Session;

/// --from and --to, which every report has.
struct Range {
  std::string from, to;
};

/// A report as a command: its selector, its range, and printing in any format.
class ReportCommand : public Command {
 public:
  explicit ReportCommand(Range& range) : m_range(range) {}
  void declare(CLI::App& app) override;
  void check(cli::CommonOptions& common) override;
  ExitStatus run(Session& session) override;

 protected:
  /// Declares further options. Operands are the selector's terms, unless has_selector() is false.
  virtual void declare_more(CLI::App& app) { (void)app; }
  virtual void check_more() {}
  [[nodiscard]] virtual bool has_selector() const { return true; }
  /// Whether the first operand is a date, followed by terms.
  [[nodiscard]] virtual bool first_is_date() const { return false; }
  [[nodiscard]] std::vector<std::string> columns() const override = 0;
  virtual patch::report::Report make(Session& session, patch::report::Scope& scope) = 0;
  /// For output that is not a report. @returns false: print it as one
  virtual bool print_itself(Session& session, const patch::report::Report& report);

  std::vector<std::string> m_operands;  // NOLINT: only used by this directory's commands

 private:
  [[nodiscard]] patch::report::Scope scope_of(Session& session) const;
  void print(Session& session, const patch::report::Report& report) const;
  Range& m_range;
};

/// Makes a report without its own options.
using Maker = std::function<patch::report::Report(patch::report::Scope&)>;

Commands status_commands(Range& range);  // health queue progress over-eta released
Commands figure_commands(Range& range);  // durations trend workload time state-at qa
Commands jar_commands(Range& range);     // service-pack effective missing recall conflicts
                                         // install-order

/// A report without its own options.
std::unique_ptr<Command> plain(Range& range, const char* name, const char* summary,
                               std::vector<std::string> columns, Maker maker);

/// The start or the (exclusive) end of a day, or the moment itself, as SQL writes times.
/// @throws UsageError
std::string moment(const std::string& option, const std::string& text, bool end);

}  // namespace upkeep::tools
