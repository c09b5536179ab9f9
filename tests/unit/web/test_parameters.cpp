// SPDX-License-Identifier: MIT
#include "web/parameters.hpp"
#include "web/pattern.hpp"
#include "web/request_support.hpp"

#include <string>
#include <vector>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT

namespace {

std::string refused_form(std::string_view text) {
  return refusal_of([&] { (void)Parameters::parse(text); });
}

}  // namespace

TEST_CASE("names and values are decoded and keep their order") {
  const auto form = Parameters::parse("a=1&b=x+y%2B%26%3D&a=2&empty=&flag&=nameless&&a=%C3%B1");
  const std::vector<Parameters::Pair> expected{{"a", "1"},       {"b", "x y+&="}, {"a", "2"},
                                               {"empty", ""},    {"flag", ""},    {"", "nameless"},
                                               {"a", "\xc3\xb1"}};
  CHECK(form.pairs() == expected);
  CHECK(form.get("a") == "1");
  CHECK(form.all("a") == std::vector<std::string>{"1", "2", "\xc3\xb1"});
  CHECK(form.has("flag"));
  CHECK_FALSE(form.has("none"));
  CHECK_FALSE(form.maybe("none"));
  CHECK(form.get("none").empty());
  CHECK(Parameters::parse("").pairs().empty());
  CHECK(Parameters::parse("a=b=c").get("a") == "b=c");
}

TEST_CASE("a malformed escape or text that is not UTF-8 is refused") {
  for (const char* text : {"a=%", "a=%4", "a=%g1", "a=%1g", "%=1", "a=%%41", "a=%FF", "a=\xff",
                           "a=%C0%80", "a=%ED%A0%80", "%E2%82=x"}) {
    CAPTURE(text);
    CHECK(refused_form(text) == "request");
  }
}

TEST_CASE("a NUL is not a value") {
  CHECK(refused_form("a=%00") == "value");
  CHECK(refused_form("a%00=1") == "value");
  CHECK(refused_form(std::string_view("a=\0", 3)) == "value");
}

TEST_CASE("there are at most 1,000 values") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a=1&";
  CHECK(Parameters::parse(text).pairs().size() == 1000);
  CHECK(refused_form(text + "a") == "size");
  CHECK(refusal_of([] { (void)Parameters::parse("a&b&c", 2); }) == "size");
}

TEST_CASE("encoding and decoding are inverse") {
  std::string every;
  for (int c = 1; c < 0x80; ++c) every += static_cast<char>(c);
  every += "\xc3\xb1\xf0\x9f\x98\x80";
  CHECK(url_decoded(url_encoded(every)) == every);
  CHECK(url_encoded("a b/c?d&e=f+g%\"<>'") == "a%20b%2Fc%3Fd%26e%3Df%2Bg%25%22%3C%3E%27");
  CHECK(url_encoded("Az09-._~") == "Az09-._~");
  CHECK(url_decoded("a+b") == "a+b");
  for (const char* text : {"%", "%4", "%zz", "%00", "%FF", "\xff"}) {
    CAPTURE(text);
    CHECK_FALSE(url_decoded(text));
  }
  const std::vector<Parameters::Pair> pairs{{"q", "a&b=c"}, {"\xc3\xb1", "x y"}, {"q", ""}};
  CHECK(to_query(pairs) == "q=a%26b%3Dc&%C3%B1=x%20y&q=");
  CHECK(Parameters::parse(to_query(pairs)).pairs() == pairs);
}

TEST_CASE("a path has the shape of a pattern, or not") {
  using Values = std::vector<std::string>;
  CHECK(match("/", "/") == Values{});
  CHECK(match("/patches/{}", "/patches/4.4.0-1") == Values{"4.4.0-1"});
  CHECK(match("/patches/{}/edit", "/patches/a%20b%2Fc/edit") == Values{"a b/c"});
  CHECK(match("/{}/{}", "/a/b") == Values{"a", "b"});
  CHECK(match("/x/{}", "/x/a+b") == Values{"a+b"});
  for (const char* path : {"/patches", "/patches/", "/patches//", "/patches/a/b", "/Patches/a",
                           "//patches/a", "/patches/a/", "/patches/%", "/patches/%00",
                           "/patches/%FF", "", "patches/a", "/%70atches/a"}) {
    CAPTURE(path);
    CHECK_FALSE(match("/patches/{}", path));
  }
}
