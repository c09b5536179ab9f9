// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// What makes a JSON text from elsewhere unfit to be read, before anything is made of it: arrays
/// and objects nested too deep (readers go down as deep as it does), or an object with too many
/// members (each is compared with the others). Empty: it is fit. The text need not be valid.
std::string json_shape_problem(std::string_view json);

}  // namespace upkeep
