// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// An Apache `RewriteMap prg:`: one name a line from `in_fd`, one state a line to `out`, each
/// flushed, until the end of the input. Upgraded names are remembered for map_ttl_s, and longer
/// while the database is away. Any other answer is given within a second: `unknown` where the
/// database has not answered by then, and for every name that is not one. Once a server is known
/// not to answer, it is not waited for until it does. `page/NAME/ADDRESS` is for PageDoor. Throws
/// nothing but what writing throws.
ExitStatus serve_map(const config::Config& config, const std::string& target, int in_fd,
                     Writer& out);

}  // namespace upkeep::upgrade
