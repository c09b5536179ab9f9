// SPDX-License-Identifier: MIT
// The frame of every binary: a tool declares its options, checks them, works; run_main() does the
// rest.
#pragma once

#include "base/io.hpp"
#include "config/config.hpp"
#include "record/printer.hpp"
#include "record/reader.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace upkeep::cli {

/// A variable of this process's environment; nullopt where it is not set, or empty.
[[nodiscard]] std::optional<std::string> environment(const char* name);

/// The options every tool has (upkeep(7), COMMON OPTIONS).
struct CommonOptions {
  std::string format;  ///< empty: text on a terminal, tsv in a pipe
  bool json = false;
  bool header = false;
  std::string escape;  ///< of csv: `formulas` (also where it is empty) or `none`
  std::string fields;
  bool null = false;
  bool verbose = false;
  bool quiet = false;
  bool dry_run = false;
  std::string config_file;
  std::string color = "auto";
  bool no_progress = false;
};

struct ToolInfo {
  std::string name;
  std::string summary;  ///< one line; the man page's too
  bool writes = false;  ///< has --dry-run
  std::vector<std::string> formats{"text", "tsv", "json", "jsonl"};
  std::vector<std::pair<std::string, std::string>> examples;  ///< (command, what it does)
  std::vector<std::pair<int, std::string>> statuses;  ///< what this tool exits with, and when
};

/// A file that a command line names.
struct NamedFile {
  std::string path;           ///< empty: none is named
  bool can_be_stdin = false;  ///< `-` stands for stdin there
};

class Session;

class Tool {
 public:
  Tool() = default;
  Tool(const Tool&) = delete;
  Tool& operator=(const Tool&) = delete;
  virtual ~Tool() = default;

  [[nodiscard]] virtual ToolInfo info() const = 0;
  /// Declares options and operands, bound straight to members.
  virtual void declare(CLI::App& app) = 0;
  /// Checks what the parser could not, and opens nothing. @throws UsageError
  virtual void check() {}
  /// Does the work. @throws Error
  virtual ExitStatus run(Io& io) = 0;

  CommonOptions common;  // NOLINT: filled by run_main() before check()

  /// A printer on io.out for records with these columns, as --format, --fields and the terminal
  /// want.
  /// @param stream text records are printed as they come (see PrinterOptions::stream)
  [[nodiscard]] std::unique_ptr<Printer> printer(Io& io, const std::vector<std::string>& columns,
                                                 bool stream = false) const;
  /// The names a tool is about: its operands or stdin.
  [[nodiscard]] NameSource names(const Io& io, std::vector<std::string> operands) const;
  /// Finds and reads the configuration. @throws ConfigError
  [[nodiscard]] virtual config::Config load_config() const;
  /// Of the user this process runs as, by the password database.
  [[nodiscard]] static std::string home_directory();
  /// The person who typed the command, for what is recorded with a name: see cli/person.hpp.
  [[nodiscard]] std::string person(const config::Config& config) const;
  /// Where configuration and state are looked for, from --config and the environment.
  [[nodiscard]] config::Surroundings surroundings() const;

 protected:
  /// The options that all commands of a tool share, for the frame of tools with commands.
  virtual void declare_shared(CLI::App& app) { (void)app; }
  /// For check(), so that a wrong --fields is refused before anything is done. @throws UsageError
  void check_fields(const std::vector<std::string>& columns) const;
  /// What a command works with.
  [[nodiscard]] Session session(Io& io) const;
  /// Refuses files that a command line may not name here: none, for most tools. @throws Error
  virtual void refuse_files(const std::vector<NamedFile>& files) const { (void)files; }
};

/// Parses, checks, runs, flushes, and maps every error to its message and status.
int run_main(int argc, char** argv, Tool& tool);

}  // namespace upkeep::cli
