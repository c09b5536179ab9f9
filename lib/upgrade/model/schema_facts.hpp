// SPDX-License-Identifier: MIT
// What is known about a workspace's schema.
#pragma once

#include "config/config.hpp"

#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The result of one probe.
enum class Answer { holds, does_not_hold, unknown };

/// What is known about one schema on one server.
struct SchemaFacts {
  bool exists = false;
  bool shows_tables = false;    ///< one is visible; otherwise it is empty, or access is denied
  std::string stored_name;      ///< as the server writes it; it may also find it in another case
  bool ignores_case = false;    ///< the server ignores case in names
  std::vector<Answer> answers;  ///< one per configured probe, in the configuration's order
  std::string problem;          ///< why a probe is `unknown`
};

/// How a probe is shown to users: `TABLE.COLUMN`, `TABLE`, `query "…"`.
std::string label(const config::Probe& probe);

}  // namespace upkeep::upgrade
