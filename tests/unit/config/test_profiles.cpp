// SPDX-License-Identifier: MIT
// Shipped profiles: data in share/profiles/, and what a configuration makes of them.
#include "config_support.hpp"

#include <sys/stat.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of this very namespace
using test::contains;

namespace {

const std::filesystem::path k_share = std::filesystem::path(UPKEEP_SOURCE_DIR) / "share";

}  // namespace

TEST_CASE("every shipped profile can be included, and read alone", "[config]") {
  const auto names = config::shipped_profiles(k_share);
  CHECK(names.size() > 1);
  for (const std::string& name : names) {
    CAPTURE(name);
    if (name == config::k_plain_profile) continue;
    const test::ConfigFile file("include = [\"profiles/" + name + ".toml\"]\n");
    const config::Config config = file.load();
    CHECK(config.upgrade.profile == name);
    CHECK_FALSE(config.upgrade.command.empty());
    CHECK(config.profiles.at(name).success == config::shipped_profile(name).success);
    CHECK(config.included.size() == 1);
  }
}

TEST_CASE("a profile that is only named brings nothing but itself", "[config]") {
  const config::Config config = test::loaded("[upgrade]\nprofile = \"processmaker\"\n");
  CHECK(config.upgrade.command.empty());
  CHECK(config.profiles.at("processmaker").steps == 11);
  CHECK(config.profiles.size() == 2);  // and plain
}

TEST_CASE("keys that are given override those of a shipped profile", "[config]") {
  const config::Config config = test::loaded(R"([profile.processmaker]
failure = ["^Oops"]
[[profile.processmaker.public]]
match = "x"
text = "y"
)");
  const config::Profile& profile = config.profiles.at("processmaker");
  CHECK(profile.failure == std::vector<std::string>{"^Oops"});
  CHECK(profile.public_steps.size() == 1);
  CHECK(profile.success == config::shipped_profile("processmaker").success);
}

TEST_CASE("the defaults of an included profile yield to the including file", "[config]") {
  const config::Config config = test::loaded(R"(include = ["profiles/processmaker.toml"]
[workspaces]
schema = "pm_{workspace}"
[upgrade]
command = ["./upgrade", "{workspace}"]
)");
  CHECK(config.workspaces.schema == "pm_{workspace}");
  CHECK(config.upgrade.command == std::vector<std::string>{"./upgrade", "{workspace}"});
  CHECK(config.upgrade.profile == "processmaker");
}

TEST_CASE("a shipped profile that others can write is refused", "[config]") {
  const test::ConfigFile file("[upgrade]\nprofile = \"mine\"\n");
  std::filesystem::create_directories(file / "share/profiles");
  replace_file(file / "share/profiles/mine.toml", "[profile.mine]\nsteps = 3\n", 0644);
  auto surroundings = file.surroundings();
  surroundings.share_directory = file / "share";
  CHECK(config::load(surroundings).profiles.at("mine").steps == 3);
  REQUIRE(::chmod((file / "share/profiles/mine.toml").c_str(), 0666) == 0);
  const Error error = test::error_of([&] { (void)config::load(surroundings); });
  CHECK(error.status() == ExitStatus::config);
  CHECK_THAT(error.message(), contains("mine.toml"));
}

TEST_CASE("an error in a shipped profile names its file", "[config]") {
  const test::ConfigFile file("[upgrade]\nprofile = \"mine\"\n");
  std::filesystem::create_directories(file / "share/profiles");
  replace_file(file / "share/profiles/mine.toml", "[profile.mine]\nstep = 3\n", 0644);
  auto surroundings = file.surroundings();
  surroundings.share_directory = file / "share";
  const Error error = test::error_of([&] { (void)config::load(surroundings); });
  CHECK_THAT(error.message(), contains("profiles/mine.toml:2: [profile.mine]: unknown key"));
}

TEST_CASE("weights of steps, in their order", "[config]") {
  const config::Profile profile = test::loaded(R"([profile.mine]
step_line = "^(.*) done"
[[profile.mine.weights]]
match = "table"
seconds = 2.5
[[profile.mine.weights]]
match = "index"
seconds = 20
)")
                                      .profiles.at("mine");
  CHECK(profile.step_line == "^(.*) done");
  REQUIRE(profile.weights.size() == 2);
  CHECK(profile.weights[0].match == "table");
  CHECK(profile.weights[0].seconds == 2.5);
  CHECK(profile.weights[1].seconds == 20);
}

TEST_CASE("a weight without its parts is an error", "[config]") {
  const auto message = [](const std::string& weight) {
    return test::error_of([&] { (void)test::loaded("[[profile.mine.weights]]\n" + weight); })
        .message();
  };
  CHECK_THAT(message("match = \"a\"\n"), contains("seconds: required"));
  CHECK_THAT(message("seconds = 2\n"), contains("match: required"));
  CHECK_THAT(message("match = \"(\"\nseconds = 2\n"), contains("match"));
  CHECK_THAT(message("match = \"a\"\nseconds = 0\n"), contains("seconds"));
  CHECK_THAT(message("match = \"a\"\nseconds = \"2\"\n"), contains("seconds"));
}
