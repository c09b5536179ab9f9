// SPDX-License-Identifier: MIT
// The connector does not expose its socket: it is the one that is new after connecting.
#pragma once

#include <set>

namespace upkeep::db {

/// The sockets that this process has open.
std::set<int> open_sockets();

/// Makes sockets that are open now and not in `before` close-on-exec (a child that inherits one
/// keeps the session and its locks), and enables keep-alive so that a vanished server is detected
/// sooner than after the kernel's two hours. @returns the newest socket, or -1
int tune_new_sockets(const std::set<int>& before);

}  // namespace upkeep::db
