// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace upkeep::cli {

/// What every program of the suite does first: it makes the process independent of odd descriptors,
/// signal dispositions and variables of its caller. For main(), before anything is opened.
void prepare_process();

/// `0.1.0`
std::string version();

}  // namespace upkeep::cli
