// SPDX-License-Identifier: MIT
// The JSON of an imported row, as it was written.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace upkeep::patch {

/// Reads one value. Numbers that JSON readers round (4.10, or a number of 30 digits) are kept as
/// text, digit by digit; those of a member `history` are numbers, as an export has them.
/// @param history the text is a history itself
/// @throws DataError where it is not valid, is nested too deep, or names a member twice
nlohmann::ordered_json row_json(const std::string& text, bool history = false);

}  // namespace upkeep::patch
