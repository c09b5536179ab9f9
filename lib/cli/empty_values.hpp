// SPDX-License-Identifier: MIT
// One rule of every tool: an option or operand with an empty value is a usage error, for it usually
// means an unset shell variable, and must never widen what a command does.
#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace upkeep::cli {

/// Looks through a command line before it is parsed: the parser takes the next word for the value
/// of `--option=`, and loses what a list of nothing but commas said.
/// @param app all its options and commands are declared
/// @throws UsageError for an option (named) whose value is empty or blank, for an empty operand,
/// and for an operand in brackets, which the parser would take for a list
void refuse_empty_values(const CLI::App& app, int argc, const char* const* argv);

}  // namespace upkeep::cli
