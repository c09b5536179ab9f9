// SPDX-License-Identifier: MIT
// Style sheet, script and icon, which are part of the program. Their address contains a hash of all
// of them, so that browsers may keep them for ever.
#pragma once

#include "web/response.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch_web {

struct Asset {
  std::string_view name, text;
};

/// All of them.
const std::vector<Asset>& assets();

/// A hash of the contents of all assets, in hexadecimal digits.
const std::string& assets_hash();

/// `/static/HASH/NAME` below `base`.
std::string asset_address(const std::string& base, std::string_view name);

/// The asset. One that is asked for with another version's hash is answered with ours, which must
/// not be kept. @throws Refusal(unknown) for another name
web::Response asset_response(const std::string& hash, const std::string& name);

}  // namespace upkeep::patch_web
