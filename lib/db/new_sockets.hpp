// SPDX-License-Identifier: MIT
// The connector does not show its socket: it is the one that is new after connecting.
#pragma once

#include <set>

namespace upkeep::db {

/// The sockets that this process has open.
std::set<int> open_sockets();

/// Makes those that are open now and were not `before` close-on-exec (a child that inherits one
/// keeps the session, and with it the lock), and sees to it that a vanished server is noticed
/// sooner than after the kernel's two hours. @returns the newest, or -1
int tune_new_sockets(const std::set<int>& before);

}  // namespace upkeep::db
