// SPDX-License-Identifier: MIT
#pragma once

#include "web/transport.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace upkeep::web {

/// Serves FastCGI requests from a listening socket, which other processes may share: one at a time,
/// one per connection, until `most` are served or SIGTERM, SIGINT or SIGHUP arrives; a request that
/// is being served is finished. Ignores SIGPIPE and uses SIGALRM. One call per process, before any
/// thread is started.
/// @param base is asked before each request: the configuration may have been repaired
/// @throws Error(unavailable) if the socket fails
void serve_fastcgi(int listening, const std::function<std::string()>& base, std::size_t most,
                   const Handler& handler);

}  // namespace upkeep::web
