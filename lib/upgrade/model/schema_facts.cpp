// SPDX-License-Identifier: MIT
#include "upgrade/model/schema_facts.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::string label(const config::Probe& probe) {
  if (!probe.query.empty())
    return fmt::format("query \"{}\"", ellipsized(printable(probe.query), 60));
  return probe.column.empty() ? probe.table : probe.table + "." + probe.column;
}

}  // namespace upkeep::upgrade
