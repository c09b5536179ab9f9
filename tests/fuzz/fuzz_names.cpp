// SPDX-License-Identifier: MIT
// Names, schema names and rules: the first line is the rule, the second the schema's pattern.
#include "base/error.hpp"
#include "base/text.hpp"
#include "upgrade/probe/workspace.hpp"

#include <cstdlib>

using namespace upkeep;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto lines = split(text, '\n');
  config::Config config;
  if (lines.size() > 2) {
    config.workspaces.names = lines[0];
    if (lines[1].find("{workspace}") != std::string::npos) config.workspaces.schema = lines[1];
  }
  try {
    const upgrade::WorkspaceMap map(config);
    (void)map.like_pattern();
    for (const std::string& name : lines) {
      if (map.objection(name)) continue;
      // What is accepted is one name, and leads to its schema and back.
      if (name.empty() || name.find('\0') != std::string::npos) std::abort();
      const auto back = map.workspace_of(map.locate(name).schema, false);
      if (back && *back != name) std::abort();
    }
  } catch (const Error&) {
    return 0;  // a rule that is none
  }
  return 0;
}
