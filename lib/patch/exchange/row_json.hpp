// SPDX-License-Identifier: MIT
// The JSON of an imported row, without loss.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace upkeep::patch {

/// Reads one value. Numbers that JSON readers round (4.10, or a number of 30 digits) are kept as
/// text with all digits; those of a member `history` are numbers, as in an export.
/// @param history the text itself is a history
/// @throws DataError if it is invalid, too deeply nested, or repeats a member
nlohmann::ordered_json row_json(const std::string& text, bool history = false);

}  // namespace upkeep::patch
