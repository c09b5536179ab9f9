// SPDX-License-Identifier: MIT
// upkeep.toml names what is run: whoever can change it, or what it includes, has a say.
#include "config/trust.hpp"

#include "config_support.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of this very namespace
using test::contains;

namespace {

constexpr uid_t k_nobody_here = 4242;

/// What a configuration is refused with; empty: it is not.
std::string complaint(const test::ConfigFile& file) {
  try {
    (void)file.load();
    return {};
  } catch (const Error& error) {
    CHECK(error.status() == ExitStatus::config);
    return error.message();
  }
}

}  // namespace

TEST_CASE("a configuration that others can write is refused", "[config]") {
  const test::ConfigFile file("[upgrade]\nslots = 2\n");
  for (const mode_t mode : {0600U, 0644U, 0444U, 0755U}) {
    CAPTURE(mode);
    ::chmod(file.file().c_str(), mode);
    CHECK(complaint(file).empty());
  }
  for (const mode_t mode : {0666U, 0602U, 0777U}) {
    CAPTURE(mode);
    ::chmod(file.file().c_str(), mode);
    CHECK_THAT(complaint(file), contains("everybody can write to it (mode"));
  }
}

TEST_CASE("a group may write where nobody but the owner is in it", "[config]") {
  if (::geteuid() != 0) return;
  const test::ConfigFile file("");
  ::chmod(file.file().c_str(), 0664);
  CHECK(complaint(file).empty());  // root's own group
  CHECK(::chown(file.file().c_str(), 0, k_nobody_here) == 0);
  CHECK(complaint(file).empty());                  // a group without members
  CHECK(::chown(file.file().c_str(), 0, 1) == 0);  // daemon's
  CHECK_THAT(complaint(file), contains("the group daemon can write to it"));
  CHECK(config::group_has_others(1, 0));
  CHECK_FALSE(config::group_has_others(1, 1));
}

TEST_CASE("a directory in which others can write is a way to the file", "[config]") {
  const test::ConfigFile file("");
  const auto directory = file.file().parent_path();
  for (const mode_t mode : {0777U, 0703U}) {
    ::chmod(directory.c_str(), mode);
    CHECK_THAT(complaint(file), contains("everybody can write in its directory"));
  }
  ::chmod(directory.c_str(), 01777);  // as /tmp
  CHECK(complaint(file).empty());
  // A link elsewhere does not help.
  const test::ConfigFile link("");
  ::chmod(directory.c_str(), 0777);
  std::filesystem::remove(link.file());
  std::filesystem::create_symlink(file.file(), link.file());
  CHECK_THAT(complaint(link), contains("everybody can write in its directory"));
}

TEST_CASE("whose file may say what is run", "[config]") {
  const test::TemporaryDirectory state;
  const test::TemporaryDirectory place;
  const std::filesystem::path file = place / "upkeep.toml";
  replace_file(file, "", 0600);
  CHECK_NOTHROW(config::refuse_foreign_owner(file, 0, 1000, ""));
  CHECK_NOTHROW(config::refuse_foreign_owner(file, 1000, 1000, ""));
  const Error error =
      test::error_of([&] { config::refuse_foreign_owner(file, k_nobody_here, 1000, ""); });
  CHECK(error.status() == ExitStatus::config);
  CHECK_THAT(error.message(), contains("it belongs to the account 4242"));
  if (::geteuid() != 0) return;
  CHECK(::chown(state.path().c_str(), k_nobody_here, 0) == 0);
  CHECK_NOTHROW(config::refuse_foreign_owner(file, k_nobody_here, 1000, state.path()));
  CHECK_THROWS_AS(config::refuse_foreign_owner(file, 4243, 1000, state.path()), ConfigError);
}

TEST_CASE("whoever names a directory of theirs is not the account that runs upgrades", "[config]") {
  if (::geteuid() != 0) return;
  namespace fs = std::filesystem;
  const test::TemporaryDirectory place;
  const fs::path ours = place / "ours", theirs = place / "theirs";
  fs::create_directory(ours);
  fs::create_directory(theirs);
  const auto give = [](const fs::path& path) {
    CHECK(::lchown(path.c_str(), k_nobody_here, 0) == 0);
  };
  give(theirs);
  const auto is_refused = [&](const fs::path& file) {
    try {
      config::refuse_foreign_owner(file, k_nobody_here, 0, theirs);
      return false;
    } catch (const ConfigError&) {
      return true;
    }
  };
  for (const fs::path& directory : {ours, theirs}) {
    replace_file(directory / "upkeep.toml", "", 0644);
    give(directory / "upkeep.toml");
  }
  CHECK_FALSE(is_refused(ours / "upkeep.toml"));
  CHECK(is_refused(theirs / "upkeep.toml"));
  // A link of root's does not make it root's choice what lies behind it, nor does theirs.
  fs::create_symlink(theirs / "upkeep.toml", ours / "to-theirs");
  fs::create_symlink("upkeep.toml", ours / "to-ours");
  fs::create_symlink(ours / "upkeep.toml", theirs / "to-ours");
  give(theirs / "to-ours");
  CHECK(is_refused(ours / "to-theirs"));
  CHECK_FALSE(is_refused(ours / "to-ours"));
  CHECK(is_refused(theirs / "to-ours"));
  ::chmod(ours.c_str(), 01777);  // as /tmp
  CHECK(is_refused(ours / "upkeep.toml"));
}

TEST_CASE("what is not a regular file is refused at once", "[config]") {
  const test::ConfigFile file("");
  const std::string pipe = (file / "pipe").string();
  CHECK(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& path : {pipe, std::string("/dev/null"), std::string("/proc/self")}) {
    CAPTURE(path);
    replace_file(file.file(), "[database]\nsocket = \"/s\"\npassword_file = \"" + path + "\"\n",
                 0600);
    CHECK_THAT(complaint(file), contains("password_file: cannot read " + path));
    replace_file(file.file(),
                 "[database]\nsocket = \"/s\"\ntls = \"require\"\nca = \"" + path + "\"\n", 0600);
    CHECK_THAT(complaint(file), contains("ca: " + path + " is not a regular file"));
    replace_file(file.file(), "include = [\"" + path + "\"]\n", 0600);
    CHECK_THAT(complaint(file), contains("not a regular file"));
    auto surroundings = file.surroundings();
    surroundings.config_option = path;
    CHECK(test::error_of([&] { (void)config::load(surroundings); }).status() == ExitStatus::config);
  }
}
