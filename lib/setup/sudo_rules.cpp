// SPDX-License-Identifier: MIT
#include "setup/sudo_rules.hpp"

#include "base/text.hpp"

#include <filesystem>

namespace upkeep::setup {

SudoRules read_sudo_rules(const std::string& listing, const std::string& account,
                          const std::string& program) {
  // A rule is a line like `    (upkeep) NOPASSWD: /usr/libexec/upkeep/ws-visitor ""`.
  SudoRules rules;
  const std::string head = "(" + account + ") NOPASSWD: ";
  const std::string mine = head + program + " \"\"";
  const std::string overseer =
      head + (std::filesystem::path(program).parent_path() / "ws-overseer").string() + " \"\"";
  for (const std::string& line : split(listing, '\n')) {
    const std::string rule{trim(line)};
    if (!rule.starts_with("(")) continue;
    if (rule == mine) {
      rules.allowed = true;
      continue;
    }
    if (rule == overseer) continue;
    if (!rules.wider.empty()) rules.wider += "; ";
    rules.wider += rule;
  }
  return rules;
}

}  // namespace upkeep::setup
