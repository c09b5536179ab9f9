// SPDX-License-Identifier: MIT
#pragma once

#include "web/transport.hpp"

#include <cstddef>
#include <string_view>

namespace upkeep::web {

/// Serves FastCGI requests from a listening socket, which other processes may share: one at a time,
/// one per connection, until `most` are served or SIGTERM, SIGINT or SIGHUP arrives; a request that
/// is being served is finished. Ignores SIGPIPE and uses SIGALRM. One call per process, before any
/// thread is started. @throws Error(unavailable) if the socket fails
void serve_fastcgi(int listening, std::string_view base, std::size_t most, const Handler& handler);

}  // namespace upkeep::web
