// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// Why an untrusted JSON text must not be parsed: arrays and objects are nested too deeply (parsers
/// recurse), or an object has too many members (each is compared with the others). Empty: it may be
/// parsed. The text need not be valid.
std::string json_shape_problem(std::string_view json);

}  // namespace upkeep
