// SPDX-License-Identifier: MIT
// The commands of pmt-patch.
#pragma once

#include "patch_cli/field_options.hpp"
#include "patch_cli/patch_tool.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace upkeep::tools {

using patch_cli::Command;
using patch_cli::Commands;
using patch_cli::FieldOptions;
using patch_cli::NamedFile;
using patch_cli::Session;

Commands creating_commands();  // request, new
Commands queue_commands();     // queue, decline
Commands number_commands();    // numbers
Commands reading_commands();   // show, list, history
Commands verify_commands();    // verify-history
Commands changing_commands();  // edit, link, unlink
Commands comment_commands();   // comment
Commands exchange_commands();  // import, export
Commands type_commands();      // fields, choices
Commands void_commands();      // void

/// The number in `Q-17`. @throws DataError
std::uint32_t queue_number(const std::string& text);

}  // namespace upkeep::tools
