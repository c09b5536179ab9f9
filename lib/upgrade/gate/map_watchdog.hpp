// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// Runs serve_map() in a child process and passes questions and answers on. Apache never restarts a
/// map program and waits indefinitely for an answer, so a child that dies is replaced and a child
/// that is stuck is killed; until then the answer is `unknown`, within a second of running time
/// (excluding stalls of the machine). If this process dies, the child exits; if this process is
/// stopped, the child wakes it. Must be called in a single-threaded process. Throws only what
/// reading and writing throw.
ExitStatus keep_map_served(const config::Config& config, const std::string& target, int in_fd,
                           Writer& out);

}  // namespace upkeep::upgrade
