// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace upkeep::patch {

/// The SHA-256 of a text: 64 hexadecimal digits.
std::string sha256(const std::string& text);

}  // namespace upkeep::patch
