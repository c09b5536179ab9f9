// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/model/bundle_name.hpp"

#include <set>
#include <vector>

using namespace upkeep::patch;  // NOLINT

TEST_CASE("bundles: spellings of one") {
  const std::vector<std::vector<std::string>> same{
      {"org.x.util-5.17.5.jar", "org.x.util_5.17.5.jar", "lib/org.x.util_5.17.5",
       "org.x.util_5.17.05.JAR"},
      {"x-1.0.jar", "x_1.0.jar", "x_1.0.0.jar", "x_1.jar"},
      {"x-1.0.0-SNAPSHOT.jar", "x_1.0.0.SNAPSHOT.jar", "x-1.0-SNAPSHOT.jar"},
      {"poi-ooxml-3.9.0.wso2v1.jar", "poi-ooxml_3.9.0.wso2v1.jar", "poi-ooxml-3.9.0-wso2v1.jar"},
      {"woden-1.0.0.M8-wso2v1.jar", "woden_1.0.0.M8-wso2v1.jar", "woden_1.0.0.M8_wso2v1.jar"},
      {"x-1.2.3.4.jar", "x_1.2.3.4.jar", "x-1.2.3-4.jar"},
      {"x-2.0-beta-1.jar", "x_2.0.0.beta-1.jar", "x_2.0.0.beta_1.jar"},
      {"joda-time-2.jar", "joda-time_2.0.0.jar"},
      {"log4j-1.2.17.jar", "log4j_1.2.17.jar"},
      {"plain.jar", "plain"},
  };
  for (const auto& group : same) {
    for (const std::string& name : group) {
      CAPTURE(name);
      REQUIRE(bundle_key(name) == bundle_key(group.front()));
    }
  }
  std::set<std::string> keys;
  for (const auto& group : same) keys.insert(bundle_key(group.front()));
  REQUIRE(keys.size() == same.size());
}

TEST_CASE("bundles: others stay others") {
  const std::vector<std::string> names{"org.x.util_1.0.jar",
                                       "org.x.util-ext_1.0.jar",
                                       "org.x.utils_1.0.jar",
                                       "org.x.util_1.0.1.jar",
                                       "org.x.util_1.0.0.1.jar",
                                       "org.x.util_1.0.0.wso2v1.jar",
                                       "org.x.util_1.0.0.wso2v11.jar",
                                       "org.x.util_10.jar",
                                       "org.x.util.jar",
                                       "Org.x.util_1.0.jar",
                                       "org.x.util_1.0.0.SNAPSHOT.jar",
                                       "",
                                       ".jar",
                                       "-1.jar",
                                       "1.jar"};
  std::set<std::string> keys;
  for (const std::string& name : names) keys.insert(bundle_key(name));
  REQUIRE(keys.size() == names.size());
  REQUIRE(bundle_name("a/org.x_1.2-b.jar").name == "org.x");
  REQUIRE(bundle_name("a/org.x_1.2-b.jar").version == "1.2-b");
}
