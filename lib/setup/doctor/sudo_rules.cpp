// SPDX-License-Identifier: MIT
#include "setup/doctor/sudo_rules.hpp"

#include "base/text.hpp"

#include <filesystem>

namespace upkeep::setup {

SudoRules read_sudo_rules(const std::string& listing, const std::string& account,
                          const std::string& program) {
  // A rule is a line like `    (upkeep) NOPASSWD: /usr/libexec/upkeep/ws-visitor "", /bin/ls`.
  SudoRules rules;
  const std::string head = "(" + account + ") NOPASSWD: ";
  const std::string mine = program + " \"\"";
  const std::string overseer =
      (std::filesystem::path(program).parent_path() / "ws-overseer").string() + " \"\"";
  const auto add = [&rules](const std::string& rule) {
    if (!rules.wider.empty()) rules.wider += "; ";
    rules.wider += rule;
  };
  for (const std::string& line : split(listing, '\n')) {
    const std::string rule{trim(line)};
    if (!rule.starts_with("(")) continue;
    if (!rule.starts_with(head)) {
      add(rule);
      continue;
    }
    for (const std::string& part : split(rule.substr(head.size()), ',')) {
      const std::string command{trim(part)};
      if (command == mine) rules.allowed = true;
      if (command != mine && command != overseer) add(head + command);
    }
  }
  return rules;
}

}  // namespace upkeep::setup
