// SPDX-License-Identifier: MIT
#include "base/program_search.hpp"

#include "catch2_compat.hpp"
#include "support.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace)
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

TEST_CASE("programs are found as execvp finds them", "[base]") {
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

TEST_CASE("daemons are found without sbin in PATH", "[base]") {
  CHECK(with_daemons("/a:/b").substr(0, 6) == "/a:/b:");
  CHECK(with_daemons("").front() == '/');
}
