// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace upkeep::setup {

struct SudoRules {
  bool allowed = false;  ///< the program, as the account, without a password and without arguments
  std::string wider;     ///< what else is allowed; empty: nothing but ws-overseer in the same way
};

/// What `sudo -l -U USER` says about running `program` as `account`. Pure.
SudoRules read_sudo_rules(const std::string& listing, const std::string& account,
                          const std::string& program);

}  // namespace upkeep::setup
