// SPDX-License-Identifier: MIT
#pragma once

#include "base/io.hpp"

#include <functional>
#include <string>

namespace upkeep::cli {

/// What every program of the suite does first: it makes the process independent of odd descriptors,
/// signal dispositions and variables of its caller. For main(), before anything is opened.
void prepare_process();

/// The frame of a program that is not a Tool, such as one that a web server starts: prepares the
/// process, passes warnings on, and prints what `work` throws.
/// @returns the exit status: what `work` returned, or that of the error
int run_program(const std::string& name, const std::function<int(Io&)>& work);

/// `0.1.0`
std::string version();

}  // namespace upkeep::cli
