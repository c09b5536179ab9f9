// SPDX-License-Identifier: MIT
// Words of [patch] that neither the artifact type nor a loaded lifecycle knows: usually typos.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct UnknownWord {
  std::string key;     ///< `[patch.dates]`
  std::string detail;  ///< `no lifecycle has the state 'Testng'`
  std::string advice;  ///< `did you mean 'Testing'?`
};

/// Items, states, fields and roles that the configuration names and nothing else knows. Shipped
/// entries are not reported: the type and the lifecycles may lack what they name.
/// @throws db::Error; ConfigError if no artifact type is loaded
std::vector<UnknownWord> unknown_words(db::Connection& connection, const config::Patch& config);

}  // namespace upkeep::patch::lifecycle
