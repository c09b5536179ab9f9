// SPDX-License-Identifier: MIT
#include "patch_cli/field_options.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace upkeep::patch_cli {

patch::FieldEdit field_edit(patch::FieldEdit::Kind kind, const std::string& option,
                            const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError(fmt::format("{} {}: not KEY=VALUE", option, printable(text)));
  }
  patch::FieldEdit edit{kind, text.substr(0, equals), text.substr(equals + 1)};
  // --set may clear a field, and --expect may test that it is empty.
  const bool one = kind == patch::FieldEdit::Kind::add || kind == patch::FieldEdit::Kind::remove;
  if (one && trim(edit.value).empty()) {
    throw UsageError(fmt::format("{} {}: the value is empty", option, printable(text)),
                     "is a shell variable unset? --set KEY= clears a field");
  }
  return edit;
}

void FieldOptions::declare(CLI::App& app, bool editing) {
  // One value per option: the next word is an operand.
  const auto option = [&](const char* name, std::vector<std::string>& values, const char* what) {
    app.add_option(name, values, what)
        ->type_name("KEY=VALUE")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
  };
  option("--set", set, "Set a field; repeat it for further values of a field that holds several");
  if (!editing) return;
  option("--add", add, "Add a value to a field that holds several");
  option("--remove", remove, "Remove a value from a field");
  option("--expect", expect, "Refuse (1) if the field does not have exactly this value");
}

std::vector<patch::FieldEdit> FieldOptions::edits() const {
  using Kind = patch::FieldEdit::Kind;
  std::vector<patch::FieldEdit> all;
  for (const auto& text : expect) all.push_back(field_edit(Kind::expect, "--expect", text));
  for (const auto& text : set) all.push_back(field_edit(Kind::set, "--set", text));
  for (const auto& text : add) all.push_back(field_edit(Kind::add, "--add", text));
  for (const auto& text : remove) all.push_back(field_edit(Kind::remove, "--remove", text));
  return all;
}

}  // namespace upkeep::patch_cli
