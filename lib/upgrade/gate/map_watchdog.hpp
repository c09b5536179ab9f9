// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// Runs serve_map() in a child process and passes questions and answers on. Apache never restarts a
/// map program, and waits for an answer for ever; so if the child is killed, it is replaced, and if
/// it is stuck, it is killed; until then the answer is `unknown`, within a second of running time
/// (excluding stalls of the machine). When this process dies, the child ends; when this process is
/// stopped, the child wakes it. Call it from the only thread. Throws what reading and writing
/// throw.
ExitStatus keep_map_served(const config::Config& config, const std::string& target, int in_fd,
                           Writer& out);

}  // namespace upkeep::upgrade
