// SPDX-License-Identifier: MIT
#include "web/accept_language.hpp"

#include "catch2_compat.hpp"

#include <string>

namespace upkeep::web {

namespace {

std::string chosen(const std::string& header) {
  return std::string(preferred_language(header, {"en", "es"}));
}

}  // namespace

TEST_CASE("the language of a page is the one that the header prefers") {
  CHECK(chosen("es") == "es");
  CHECK(chosen("ES-mx") == "es");
  CHECK(chosen("es-419") == "es");
  CHECK(chosen("en-US,en;q=0.9,es;q=0.8") == "en");
  CHECK(chosen("es;q=0.8, en-GB;q=0.7") == "es");
  CHECK(chosen("en;q=0.7, es;q=0.701") == "es");
  CHECK(chosen("fr, es;q=0.5") == "es");
  CHECK(chosen("es-ES ; Q=0.001") == "es");
  CHECK(chosen("en;q=0, *") == "es");
  CHECK(chosen("en;q=0.2, *;q=0.5") == "es");
}

TEST_CASE("languages of one weight are taken in the order of the header") {
  CHECK(chosen("es, en") == "es");
  CHECK(chosen("en, es") == "en");
  CHECK(chosen("es;q=0.5, en;q=0.5") == "es");
  CHECK(chosen("*, es") == "es");
}

TEST_CASE("the first language answers where the header names none that there is") {
  for (const char* header : {"", "fr, de;q=0.9", "*", "*;q=0.5", "es;q=0", "en;q=0, es;q=0",
                             "spanish", "est", "e", "-es", "es_MX"}) {
    CAPTURE(header);
    CHECK(chosen(header) == "en");
  }
}

TEST_CASE("malformed parts of Accept-Language are ignored") {
  for (const char* header :
       {",,;", "es;", "es;q", "es;q=", "es;q=2", "es;q=1.001", "es;q=0.1234", "es;q=-1", "es;q=.5",
        "es;level=1", "es;q=0,5", "\xc3\xa9s", "es es"}) {
    CAPTURE(header);
    CHECK(chosen(header) == "en");
  }
  CHECK(chosen(";;q=1,, fr;q=x , es;q=0.3") == "es");
  std::string longest;
  for (int i = 0; i < 5000; ++i) longest += "x,";
  CHECK(chosen(longest + "es") == "es");
}

}  // namespace upkeep::web
