// SPDX-License-Identifier: MIT
// The shipped probe sets load as they are, pasted behind a small configuration.
#include "config_support.hpp"

#include <algorithm>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

const std::filesystem::path k_sets = std::filesystem::path(UPKEEP_SOURCE_DIR) / "share" / "probes";

std::string pasted(const std::filesystem::path& set, const std::string& target) {
  return "[upgrade]\ntarget = \"" + target + "\"\n\n" + read_file(set);
}

}  // namespace

TEST_CASE("every shipped probe set loads", "[config][probes]") {
  int sets = 0;
  for (const auto& entry : std::filesystem::directory_iterator(k_sets)) {
    const std::string stem = entry.path().stem().string();
    if (stem == "processmaker") continue;
    CAPTURE(stem);
    const std::string version = stem.substr(stem.find('-') + 1);
    const config::Config config = test::loaded(pasted(entry.path(), version));
    CHECK(config.probes_of(version).size() == config.probes.size());
    CHECK(config.probes.size() >= 3);
    ++sets;
  }
  CHECK(sets == 14);
}

TEST_CASE("the file with all of them loads, too", "[config][probes]") {
  const config::Config config = test::loaded(pasted(k_sets / "processmaker.toml", "3.1"));
  const auto probes = config.probes_of("3.1");
  CHECK(std::any_of(probes.begin(), probes.end(), [](const config::Probe& probe) {
    return probe.table == "EMAIL_EVENT" && probe.column == "EMAIL_SERVER_UID";
  }));
  CHECK(config.probes_of("3.8.2").size() > 5);
}
