// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <string>

namespace upkeep::upgrade {

/// An Apache `RewriteMap prg:`: reads one name per line from `in_fd` and writes one state per line
/// to `out`, flushing each, until the end of the input. Upgraded names are cached for map_ttl_s,
/// and longer while the database is unavailable. Any other answer is given within a second:
/// `unknown` if the database has not answered by then, and for every invalid name. A server known
/// not to answer is not waited for until it does. `page/NAME/ADDRESS` is answered by
/// PageDoor, `site/HOST/PATH` by SiteTable.
/// Throws only what writing throws.
ExitStatus serve_map(const config::Config& config, const std::string& target, int in_fd,
                     Writer& out);

}  // namespace upkeep::upgrade
