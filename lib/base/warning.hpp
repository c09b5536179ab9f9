// SPDX-License-Identifier: MIT
// For rooms that have no Io and still have something to say to people.
#pragma once

#include <functional>
#include <string>

namespace upkeep {

/// Where warn() goes from now on; an empty one: nowhere. The one who sets it unsets it.
void set_warning_sink(std::function<void(const std::string&)> sink);

/// Tells the person who runs this program; nothing where no sink is set. Any thread may call it.
void warn(const std::string& text);

}  // namespace upkeep
