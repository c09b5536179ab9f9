// SPDX-License-Identifier: MIT
// include = [...]: one configuration of several files.
#include "config_support.hpp"

#include <sys/stat.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of this very namespace
using test::contains;

namespace {

void write(const test::ConfigFile& file, const std::string& name, const std::string& text) {
  replace_file(file / name, text, 0600);
}

std::string refusal(const test::ConfigFile& file) {
  const Error error = test::error_of([&] { (void)file.load(); });
  CHECK(error.status() == ExitStatus::config);
  return error.message();
}

}  // namespace

TEST_CASE("the including file wins, arrays of tables are joined", "[config]") {
  const test::ConfigFile file(R"(include = ["one.toml", "sub/two.toml"]
[upgrade]
slots = 2
target = "3.1"
[[probe]]
version = "3.1"
table = "OWN"
)");
  std::filesystem::create_directory(file / "sub");
  write(file, "one.toml",
        "[upgrade]\nslots = 3\ngrace_s = 3\ntimeout_s = 3\n"
        "[[probe]]\nversion = \"3.1\"\ntable = \"ONE\"\n");
  write(file, "sub/two.toml",
        "include = [\"three.toml\"]\n[upgrade]\nslots = 4\ngrace_s = 4\n"
        "[profile.myapp]\nfailure = [\"two\"]\n");
  write(file, "sub/three.toml",
        "[profile.myapp]\nsuccess = \"three\"\nfailure = [\"three\"]\n"
        "[[probe]]\nversion = \"3.1\"\ntable = \"THREE\"\n");
  const config::Config config = file.load();
  CHECK(config.upgrade.slots == 2);
  CHECK(config.upgrade.grace == std::chrono::seconds(4));  // the later of two
  CHECK(config.upgrade.timeout == std::chrono::seconds(3));
  CHECK(config.profiles.at("myapp").failure == std::vector<std::string>{"two"});
  CHECK(config.profiles.at("myapp").success == "three");
  CHECK(config.probes.size() == 3);
  CHECK(config.probes.front().table == "OWN");
  CHECK(config.included.size() == 3);
  CHECK(config.file == file.file());
}

TEST_CASE("what is not beside the file is looked for among the installed ones", "[config]") {
  const test::ConfigFile file("include = [\"probes/x.toml\"]\n");
  const test::TemporaryDirectory share;
  std::filesystem::create_directory(share / "probes");
  replace_file(share / "probes/x.toml", "[upgrade]\nslots = 7\n", 0644);
  auto surroundings = file.surroundings();
  surroundings.share_directory = share.path();
  CHECK(config::load(surroundings).upgrade.slots == 7);
  std::filesystem::create_directory(file / "probes");
  write(file, "probes/x.toml", "[upgrade]\nslots = 8\n");
  CHECK(config::load(surroundings).upgrade.slots == 8);
}

TEST_CASE("an included file has its name in errors", "[config]") {
  const test::ConfigFile file("include = [\"one.toml\"]\n[upgrade]\nslots = 2\n");
  write(file, "one.toml", "\n[upgrade]\nslot = 3\n");
  CHECK_THAT(refusal(file), contains((file / "one.toml").string() + ":3: [upgrade]: unknown key"));
  write(file, "one.toml", "[upgrade]\n\ngrace_s = \"x\"\n");
  CHECK_THAT(refusal(file), contains("one.toml:3: [upgrade] grace_s"));
  write(file, "one.toml", "[upgrade\n");
  CHECK_THAT(refusal(file), contains("one.toml:1: "));
}

TEST_CASE("includes that lead nowhere", "[config]") {
  const test::ConfigFile file("include = [\"one.toml\"]\n");
  CHECK_THAT(refusal(file), contains(":1: include: there is no "));
  write(file, "one.toml", "include = [\"upkeep.toml\"]\n");
  CHECK_THAT(refusal(file), contains("includes itself"));
  write(file, "one.toml", "include = [\"one.toml\"]\n");
  CHECK_THAT(refusal(file), contains("includes itself"));
  write(file, "one.toml", "include = 3\n");
  CHECK_THAT(refusal(file), contains("one.toml:1: include: expected a list of files"));
  write(file, "one.toml", "include = [\"\"]\n");
  CHECK_THAT(refusal(file), contains("there is no"));
  write(file, "one.toml", "[upgrade]\nslots = 2\n");
  ::chmod((file / "one.toml").c_str(), 0666);
  CHECK_THAT(refusal(file), contains("one.toml is refused: everybody can write to it"));
}

TEST_CASE("a file that two include is read once", "[config]") {
  const test::ConfigFile file("include = [\"one.toml\", \"two.toml\"]\n");
  write(file, "one.toml", "include = [\"probes.toml\"]\n");
  write(file, "two.toml", "include = [\"probes.toml\"]\n");
  write(file, "probes.toml", "[[probe]]\nversion = \"3.1\"\ntable = \"ONE\"\n");
  CHECK(file.load().probes.size() == 1);
}
