// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <string>

namespace upkeep::tools {

using cli::Session;
using Command = cli::Command<Session>;
using Commands = cli::Commands<Session>;

/// init, setup, doctor, gate, grants
Commands set_up_commands();
/// local start, local stop, local status
Commands local_commands();

/// metrics, prune
Commands watching_commands();

/// The PATH in which programs are searched: the caller's.
std::string search_path();

}  // namespace upkeep::tools
