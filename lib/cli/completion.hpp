// SPDX-License-Identifier: MIT
// What can follow on a command line that is being typed. The completion scripts of the shells call
// `TOOL __complete SHELL WORD...`; the last word, which may be empty, is to be completed.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace upkeep::cli {

struct Candidate {
  std::string value;
  std::string description{};
};

/// The value that is being typed.
struct WantedValue {
  std::string kind;                   ///< of its option or operand, as in --help: `PATCH|TERM`
  std::string name;                   ///< `--from`, or the operand's name: `event`
  std::string typed;                  ///< so far
  std::vector<std::string> operands;  ///< of the same command, before it
  std::vector<std::string> flags;     ///< options without a value, before it: `--restore`
  std::string config_file;            ///< the value of --config; empty: not given
};

/// The candidates for a value, which need not begin with what was typed.
using ValueSource = std::function<std::vector<Candidate>(const WantedValue&)>;

/// The candidates for the last of `words`: commands, options, values that --help lists, and values
/// of `source`. Never fails: an invalid line has none.
std::vector<Candidate> completions(const CLI::App& app, const std::vector<std::string>& words,
                                   const ValueSource& source);

/// The same as a completion script reads them: `value TAB description`, a line each.
/// @param words after `__complete`: `bash`, `zsh` or `fish`, then those of the command line; bash's
/// are as they were typed, with quotes, and $COMP_WORDBREAKS says where it breaks them
std::string completion_lines(const CLI::App& app, const std::vector<std::string>& words,
                             const ValueSource& source);

}  // namespace upkeep::cli
