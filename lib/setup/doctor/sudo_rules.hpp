// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace upkeep::setup {

struct SudoRules {
  bool allowed = false;  ///< may run the program as the account, without password and arguments
  std::string wider;     ///< other rules; empty: none but ws-overseer in the same way
};

/// Parses the output of `sudo -l -U USER` for running `program` as `account`. Pure.
SudoRules read_sudo_rules(const std::string& listing, const std::string& account,
                          const std::string& program);

}  // namespace upkeep::setup
