// SPDX-License-Identifier: MIT
// The frame of every binary: a tool declares its options, checks them and does its work; run_main()
// does the rest.
#pragma once

#include "base/io.hpp"
#include "cli/completion.hpp"
#include "config/config.hpp"
#include "record/printer.hpp"
#include "record/reader.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace upkeep::cli {

/// An environment variable of this process; nullopt if it is unset or empty.
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// Where to look for configuration and state, according to --config and the environment.
/// @param config_file of --config; empty: not given
[[nodiscard]] config::Surroundings surroundings_of(const std::string& config_file);

/// The options every tool has (upkeep(7), COMMON OPTIONS).
struct CommonOptions {
  std::string format;  ///< empty: text on a terminal, tsv in a pipe
  bool json = false;
  bool header = false;
  std::string escape;  ///< for csv: `formulas` (also if empty) or `none`
  std::string fields;
  bool null = false;
  bool verbose = false;
  bool quiet = false;
  bool dry_run = false;
  std::string config_file;
  std::string color = "auto";
  bool no_progress = false;
  bool wide = false;      ///< text: neither drop columns nor cut cells
  bool no_pager = false;  ///< text: never through a pager
};

struct ToolInfo {
  std::string name;
  std::string summary;  ///< one line; as in the man page
  bool writes = false;  ///< offers --dry-run
  std::vector<std::string> formats{"text", "tsv", "json", "jsonl"};
  std::vector<std::pair<std::string, std::string>> examples;  ///< (command, what it does)
  std::vector<std::pair<int, std::string>> statuses;  ///< exit statuses of this tool, and when
};

/// A file that a command line names.
struct NamedFile {
  std::string path;           ///< empty: no file
  bool can_be_stdin = false;  ///< `-` means stdin
};

/// The colour of a cell: see TextStyle::color_of.
using CellColor = std::function<Color(std::string_view column, std::string_view text)>;

class Session;

class Tool {
 public:
  Tool() = default;
  Tool(const Tool&) = delete;
  Tool& operator=(const Tool&) = delete;
  virtual ~Tool() = default;

  [[nodiscard]] virtual ToolInfo info() const = 0;
  /// Declares options and operands, bound directly to members.
  virtual void declare(CLI::App& app) = 0;
  /// Checks what the parser cannot check; opens nothing. @throws UsageError
  virtual void check() {}
  /// Does the work. @throws Error
  virtual ExitStatus run(Io& io) = 0;

  /// Values for the completion of a command line. @throws Error: there are none
  [[nodiscard]] virtual std::vector<Candidate> candidates(Io& io, const WantedValue& wanted) const {
    (void)io;
    (void)wanted;
    return {};
  }

  /// Whether the caller's pager may be started.
  [[nodiscard]] virtual bool may_page() const { return true; }

  CommonOptions common;  // NOLINT: filled by run_main() before check()

  /// A printer on io.out for records with these columns, according to --format, --fields and the
  /// terminal.
  /// @param stream print text records as they arrive (see PrinterOptions::stream)
  /// @param color_of the colours of states; state_color() if empty
  [[nodiscard]] std::unique_ptr<Printer> printer(Io& io, const std::vector<std::string>& columns,
                                                 bool stream = false,
                                                 const CellColor& color_of = {}) const;
  /// How text for people is written on io.out.
  [[nodiscard]] TextStyle text_style(Io& io, const CellColor& color_of = {}) const;
  /// The format in effect: --format, or text on a terminal and tsv elsewhere.
  [[nodiscard]] Format format(const Io& io) const;
  /// The names to work on: operands or stdin.
  [[nodiscard]] NameSource names(const Io& io, std::vector<std::string> operands) const;
  /// Finds and reads the configuration. @throws ConfigError
  [[nodiscard]] virtual config::Config load_config() const;
  /// The home directory of this process's user, from the password database.
  [[nodiscard]] static std::string home_directory();
  /// The user who typed the command, for records that name one: see cli/person.hpp.
  [[nodiscard]] std::string person(const config::Config& config) const;
  /// surroundings_of() this command line.
  [[nodiscard]] config::Surroundings surroundings() const;

 protected:
  /// Declares the options that all commands of a tool share; for the frame of tools with commands.
  virtual void declare_shared(CLI::App& app) { (void)app; }
  /// For check(), so that an invalid --fields is refused before anything is done. @throws
  /// UsageError
  void check_fields(const std::vector<std::string>& columns) const;
  /// What a command works with.
  [[nodiscard]] Session session(Io& io) const;
  /// Refuses files that a command line must not name; accepts all by default. @throws Error
  virtual void refuse_files(const std::vector<NamedFile>& files) const { (void)files; }
};

/// Parses, checks, runs, flushes, and maps every error to its message and status.
int run_main(int argc, char** argv, Tool& tool);

}  // namespace upkeep::cli
