// SPDX-License-Identifier: MIT
#include "upgrade/model/hold.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::string Hold::text() const {
  return fmt::format("held since {} by {}: {}{}", iso8601(since), by, reason,
                     gate_closed ? " (gate closed)" : "");
}

}  // namespace upkeep::upgrade
