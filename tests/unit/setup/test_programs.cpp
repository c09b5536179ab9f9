// SPDX-License-Identifier: MIT
#include "setup/programs.hpp"
#include "setup/server_process.hpp"

#include "catch2_compat.hpp"
#include "support.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace upkeep::setup;  // NOLINT(google-build-using-namespace)
namespace fs = std::filesystem;

namespace {

/// A directory with a program, a file that is none, and a directory with a program's name.
struct Place {
  upkeep::test::TemporaryDirectory temporary;
  fs::path directory = temporary.path();
  Place() {
    std::ofstream(directory / "tool") << "#!/bin/sh\n";
    fs::permissions(directory / "tool", fs::perms::owner_all);
    std::ofstream(directory / "text") << "no program\n";
    fs::create_directory(directory / "folder");
  }
};

}  // namespace

TEST_CASE("programs are found as execvp finds them", "[setup]") {
  const Place place;
  const std::string here = place.directory.string();
  CHECK(find_program("tool", "/nonexistent:" + here) == place.directory / "tool");
  CHECK_FALSE(find_program("text", here));
  CHECK_FALSE(find_program("folder", here));
  CHECK_FALSE(find_program("tool", "/nonexistent"));
  CHECK_FALSE(find_program("tool", ""));
  CHECK_FALSE(find_program("", here));
  CHECK(find_program("./tool", "", place.directory));
  CHECK_FALSE(find_program("./tool", here, "/nonexistent"));
  CHECK(find_program(here + "/tool", "", "/nonexistent"));
}

TEST_CASE("daemons are found without sbin in PATH", "[setup]") {
  CHECK(with_daemons("/a:/b").substr(0, 6) == "/a:/b:");
  CHECK(with_daemons("").front() == '/');
}

TEST_CASE("a server is told by its data directory", "[setup]") {
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
