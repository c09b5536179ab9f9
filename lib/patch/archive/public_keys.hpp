// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch::archive {

/// The public halves of exported keys, so that secret keys are never written anywhere: to verify
/// a signature they are not needed. What has no secret key, or a form that is not known, is
/// returned
/// as it is.
/// @param keys armored or not
std::string public_keys(std::string_view keys);

}  // namespace upkeep::patch::archive
