// SPDX-License-Identifier: MIT
// The commands of pmt-patch.
#pragma once

#include "pmt_cli/field_options.hpp"
#include "pmt_cli/tool.hpp"

#include <CLI/CLI.hpp>

namespace upkeep::tools {

using pmt_cli::Command;
using pmt_cli::Commands;
using pmt_cli::FieldOptions;
using pmt_cli::NamedFile;
using pmt_cli::Session;

Commands queue_commands();     // request, queue, decline, new
Commands number_commands();    // numbers
Commands reading_commands();   // show, list, history
Commands verify_commands();    // verify-history
Commands changing_commands();  // edit, link, unlink
Commands exchange_commands();  // import, export
Commands type_commands();      // fields, choices

}  // namespace upkeep::tools
