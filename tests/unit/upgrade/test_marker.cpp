// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/marker.hpp"

#include <string>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test

TEST_CASE("what a marker says", "[marker]") {
  struct Case {
    std::string content;
    bool present;
    const char* workspace;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"acme", true, "acme"},
           {" \tacme\r\n", true, "acme"},
           {std::string("acme\0\0", 6), true, "acme"},
           {"true", true, ""},
           {"true\n", true, ""},
           {"True", true, "True"},
           {std::string(64, 'a'), true, nullptr},
           {std::string(65, 'a'), false, ""},
           {"two\nlines", false, ""},
           {"\x1b[31m", false, ""},
       }) {
    for (const bool is_new : {false, true}) {
      const Marker marker = marker_from(one.content, is_new);
      INFO(one.content);
      CHECK(marker.present == one.present);
      CHECK(marker.workspace == (one.workspace == nullptr ? one.content : one.workspace));
    }
  }
}

TEST_CASE("an empty marker says something while it is new", "[marker]") {
  for (const std::string& content : {std::string(), std::string(" \n"), std::string(3, '\0')}) {
    CHECK_FALSE(marker_from(content, false).present);
    CHECK(marker_from(content, true).present);
    CHECK(marker_from(content, true).workspace.empty());
  }
}

TEST_CASE("whom a marker names", "[marker]") {
  CHECK_FALSE(Marker{}.names("acme", true));
  CHECK(Marker{true, ""}.names("acme", false));
  CHECK(Marker{true, "acme"}.names("acme", false));
  CHECK_FALSE(Marker{true, "Acme"}.names("acme", false));
  CHECK(Marker{true, "Acme"}.names("aCME", true));
}

TEST_CASE("a marker of our own failed run is left over", "[marker]") {
  RunFacts failed;
  failed.last_failure = Run{};
  CHECK(is_leftover({true, "acme"}, "acme", failed));
  CHECK_FALSE(is_leftover({true, "acme"}, "acme", {}));
  CHECK_FALSE(is_leftover({true, ""}, "acme", failed));
  CHECK_FALSE(is_leftover({false, "acme"}, "acme", failed));
  failed.active = Run{};
  CHECK_FALSE(is_leftover({true, "acme"}, "acme", failed));
}

TEST_CASE("facts take the newest failure and count the others", "[marker]") {
  RunFacts facts;
  for (const std::int64_t id : {9, 8, 7}) {
    Run run;
    run.id = id;
    run.state = id == 9 ? RunState::queued : RunState::lost;
    facts.add(run);
  }
  CHECK(facts.active->id == 9);
  CHECK(facts.last_failure->id == 8);
  CHECK(facts.failures == 2);
}
