// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// serve_map() in a process of its own behind this one, which hands questions and answers on.
/// Apache starts no map program anew, and waits for an answer for ever; so where that process is
/// killed another takes its place, where it is stuck it is killed, and the answer meanwhile is
/// `unknown`, within a second, of which a stall of the machine is no part. When this process dies,
/// that one ends by itself; when this one is stopped, that one wakes it. Call it from the
/// only thread. Throws what reading and writing throw.
ExitStatus keep_map_served(const config::Config& config, const std::string& target, int in_fd,
                           Writer& out);

}  // namespace upkeep::upgrade
