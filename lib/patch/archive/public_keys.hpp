// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch::archive {

/// The public parts of exported keys, so that secret keys, which are not needed to verify a
/// signature, are never written anywhere. Input without secret keys, or in an unknown format, is
/// returned unchanged.
/// @param keys armored or not
std::string public_keys(std::string_view keys);

}  // namespace upkeep::patch::archive
