// SPDX-License-Identifier: MIT
// The commands of pmt-patch.
#pragma once

#include "patch/query/query_words.hpp"
#include "patch_cli/field_options.hpp"
#include "patch_cli/patch_tool.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

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

/// Further terms of a selector, in one text.
class QueryOption {
 public:
  void declare(CLI::App& app) {
    app.add_option("--query", m_query, "Further terms in one text, quoted as in upkeep-select(7)")
        ->type_name("TEXT");
  }
  /// @throws UsageError for a quote that is not closed
  void add_to(std::vector<std::string>& terms) const {
    for (std::string& word : patch::query_words(m_query)) terms.push_back(std::move(word));
  }

 private:
  std::string m_query;
};

/// The number in `Q-17`. @throws DataError
std::uint32_t queue_number(const std::string& text);

}  // namespace upkeep::tools
