// SPDX-License-Identifier: MIT
#include "upgrade/probe/workspace_server.hpp"

#include "base/time.hpp"
#include "upgrade/store/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::upgrade {

void WorkspaceServer::use(db::Connection& with) {
  connection = &with;
  sight.emplace(with);
  queries.emplace(endpoint_of(*settings, ""));
}

void WorkspaceServer::connect() {
  constexpr std::chrono::milliseconds k_shortest{250};
  constexpr int k_times = 4;
  const BootTime began = BootClock::now();
  if (began < retry_at) return;
  try {
    own.emplace(endpoint_of(*settings, ""));
    use(*own);
    is_new = true;
  } catch (const Error& error) {
    problem = error.what();
    status = error.status();
    const BootTime now = BootClock::now();
    retry_at = now + std::max(k_shortest, k_times * (now - began));
  }
}

void WorkspaceServer::drop(const std::string& why) {
  sight.reset();
  own.reset();
  connection = nullptr;
  problem = why;
}

void WorkspaceServer::catch_up() {
  // A server other than MariaDB reads a comment.
  (void)read_through([](db::Connection& with, const Sight&) {
    (void)with.query("/*M!100101 SET STATEMENT wsrep_sync_wait = 1 FOR */ SELECT 1");
  });
}

std::string WorkspaceServer::away() const {
  return fmt::format("server {} does not answer: {}", settings->name, problem);
}

}  // namespace upkeep::upgrade
