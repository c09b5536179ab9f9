// SPDX-License-Identifier: MIT
#include "upgrade/model/pause.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

std::string Pause::text() const {
  return fmt::format("the queue is paused since {} by {}{}", iso8601(since), by,
                     reason ? ": " + *reason : "");
}

}  // namespace upkeep::upgrade
