// SPDX-License-Identifier: MIT
// Warnings from code that has no Io.
#pragma once

#include <functional>
#include <string>

namespace upkeep {

/// Sets where warn() writes to; an empty function discards. The caller must unset it.
void set_warning_sink(std::function<void(const std::string&)> sink);

/// Warns the user of this program; does nothing if no sink is set. Thread-safe.
void warn(const std::string& text);

}  // namespace upkeep
