// SPDX-License-Identifier: MIT
// What is seen of a workspace's schema.
#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What one probe said.
enum class Answer { holds, does_not_hold, unknown };

/// What is known of one schema on one server.
struct SchemaFacts {
  bool exists = false;
  bool shows_tables = false;    ///< any was seen; else it is empty, or we may not see them
  std::string stored_name;      ///< as the server writes it; it may find it in another case, too
  bool ignores_case = false;    ///< the server takes names that differ in case for one
  std::vector<Answer> answers;  ///< one a configured probe, in the configuration's order
  std::string problem;          ///< why a probe is `unknown`
};

/// How a probe is shown to people: `TABLE.COLUMN`, `TABLE`, `query "…"`.
std::string label(const config::Probe& probe);

}  // namespace upkeep::upgrade
