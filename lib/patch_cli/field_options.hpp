// SPDX-License-Identifier: MIT
#pragma once

#include "patch/registry/registry.hpp"

#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace upkeep::patch_cli {

/// Parses `KEY=VALUE` of --set and similar options. @throws UsageError
patch::FieldEdit field_edit(patch::FieldEdit::Kind kind, const std::string& option,
                            const std::string& text);

/// The options of a command that changes fields.
struct FieldOptions {
  std::vector<std::string> set, add, remove, expect;
  /// @param editing false: --set only
  void declare(CLI::App& app, bool editing);
  /// The edits in the order expect, set, add, remove. @throws UsageError
  [[nodiscard]] std::vector<patch::FieldEdit> edits() const;
};

}  // namespace upkeep::patch_cli
