// SPDX-License-Identifier: MIT
#include "setup/local/server_process.hpp"

#include "catch2_compat.hpp"

#include <string>

#include <unistd.h>

using namespace upkeep::setup;  // NOLINT(google-build-using-namespace)

TEST_CASE("a server is recognised by its data directory", "[setup]") {
  const std::string line("/usr/sbin/mariadbd\0--no-defaults\0--datadir=/x/mariadb\0", 53);
  CHECK(serves(line, "/x/mariadb"));
  CHECK_FALSE(serves(line, "/x"));
  CHECK_FALSE(serves(line, "/x/mariadb2"));
  CHECK_FALSE(serves("", "/x/mariadb"));
}

TEST_CASE("a process that is no server is never taken for one", "[setup]") {
  CHECK_FALSE(ServerProcess::find(::getpid(), "/x/mariadb"));
  CHECK_FALSE(ServerProcess::find(-1, "/x/mariadb"));
  CHECK_FALSE(ServerProcess::find(0, "/x/mariadb"));
  CHECK_FALSE(ServerProcess::find("/nonexistent", "/nonexistent", "/x/mariadb"));
}
