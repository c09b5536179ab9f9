// SPDX-License-Identifier: MIT
// A rule for every tool: an option or operand with an empty value is a usage error, because it
// usually means an unset shell variable and must never widen what a command does. So is a flag with
// a value.
#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace upkeep::cli {

/// Checks a command line before it is parsed: the parser takes the next word as the value of
/// `--option=`, and loses the content of a list that consists of commas.
/// @param app with all options and commands declared
/// @throws UsageError for an option (named) whose value is empty or blank, for a flag (named) with
/// a value, for an empty operand, and for an operand in brackets, which the parser would read as a
/// list
void refuse_empty_values(const CLI::App& app, int argc, const char* const* argv);

}  // namespace upkeep::cli
