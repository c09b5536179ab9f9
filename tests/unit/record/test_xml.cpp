// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "record/xml.hpp"

#include <tuple>

using namespace std::string_literals;

namespace xml = upkeep::xml;

namespace {

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "<a>";
  for (int i = 0; i < depth; ++i) text += "</a>";
  return text;
}

/// `line: what`, or empty if the text is accepted.
std::string refusal(const std::string& bytes, const xml::Rules& rules = {}) {
  xml::Document document;
  const auto fault = document.parse(bytes, rules);
  return fault ? std::to_string(fault->line) + ": " + fault->what : std::string();
}

}  // namespace

TEST_CASE("what is not well-formed is refused, with its line", "[xml]") {
  const auto [text, start] = GENERATE(table<std::string, std::string>({
      {"", "1: not well-formed XML: "},
      {"words", "1: not well-formed XML: "},
      {"<a>\n<b>\n</a>", "3: not well-formed XML: "},
      {"<a/>\n<b/>", "2: not well-formed XML: a second root element"},
      {"<a>\n\n<b c='1' c='2'/></a>", "3: not well-formed XML: attribute 'c' occurs twice"},
      {"<a>\nR&D</a>", "2: not well-formed XML: '&D</a>' is not a reference"},
      {"<a b='&nbsp;'/>", "1: not well-formed XML: '&nbsp;' is not a reference"},
      {"<a>&#0;</a>", "1: not well-formed XML: '&#0;' is not a reference"},
      {"<a>&#xD800;</a>", "1: not well-formed XML: '&#xD800;' is not a reference"},
      {"<a>\n<!DOCTYPE b></a>", "2: not well-formed XML: "},
      {"<!-- -->\n<!DOCTYPE a><a/>", "2: a DOCTYPE is not accepted"},
      {"<a>\xff</a>", "0: not valid UTF-8"},
      {"<a>\0</a>"s, "1: not well-formed XML: a NUL character in it"},
      {"<?xml version='1.0' encoding='no-such'?><a/>", "0: encoding 'no-such'"},
  }));
  CAPTURE(text);
  CHECK_THAT(refusal(text), Catch::Matchers::StartsWith(start));
}

TEST_CASE("what XML allows is accepted", "[xml]") {
  const std::string text = GENERATE(
      "<a/>"s, "<?xml version='1.0'?>\n<!-- & --><a b='&lt;&#955;&#x10FFFF;'><![CDATA[&x;]]></a>"s,
      "<a><?php & ?></a>"s);
  CAPTURE(text);
  CHECK(refusal(text).empty());
}

TEST_CASE("a file has limits", "[xml]") {
  CHECK(refusal(nested(101)).empty());
  CHECK(refusal(nested(102)) == "1: nested deeper than 100 elements");
  CHECK(refusal("<a>" + std::string(1U << 20U, ' ') + "</a>", {.largest_mib = 1}) ==
        "0: larger than 1 MiB");
}

TEST_CASE("rules can be loosened", "[xml]") {
  CHECK(refusal("<a/><b/>text", {.pieces = true}).empty());
  CHECK(refusal("<a b='1' b='2'>R&D</a>", {.strict = false}).empty());
  CHECK(refusal("<!DOCTYPE a><a/>", {.pieces = true, .strict = false}) ==
        "1: a DOCTYPE is not accepted");
}

TEST_CASE("every encoding becomes UTF-8, and the declaration agrees", "[xml]") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>({
      {"\xEF\xBB\xBF<a>\xC3\xBC</a>", "<a>\xC3\xBC</a>"},
      {"<?xml version=\"1.0\" encoding=\"latin1\"?><a>\xFC</a>",
       "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\xC3\xBC</a>"},
      {"\xFF\xFE<\0a\0/\0>\0"s, "<a/>"},
      {"\0<\0a\0/\0>"s, "<a/>"},
      {"\xFF\xFE\0\0<\0\0\0a\0\0\0/\0\0\0>\0\0\0"s, "<a/>"},
      {"<?xml version='1.0' encoding='UTF-16'?><a>\xC3\xBC</a>",
       "<?xml version='1.0' encoding='UTF-8'?><a>\xC3\xBC</a>"},
  }));
  xml::Document document;
  REQUIRE_FALSE(document.parse(bytes, {}));
  CHECK(document.text() == text);
}

TEST_CASE("a loader's error names the file, the line and what to do", "[xml]") {
  xml::Document document;
  try {
    document.load("<a>\n&x;</a>", "x.xml", {});
    FAIL("accepted");
  } catch (const upkeep::DataError& error) {
    CHECK(error.message() ==
          "x.xml:2: not well-formed XML: '&x;' is not a reference; entities are not accepted; "
          "write & as &amp;");
  }
}

TEST_CASE("elements are found whatever their prefix", "[xml]") {
  xml::Document document;
  REQUIRE_FALSE(document.parse("<g:a xmlns:g='u'>x<g:b n='1'> y </g:b><c/>z</g:a>", {}));
  const auto root = document.root();
  CHECK(xml::local_name(root) == "a");
  CHECK(xml::text_of(root) == "xz");
  CHECK(xml::elements(root).size() == 2);
  REQUIRE(xml::elements(root, "b").size() == 1);
  const auto b = xml::elements(root, "b").front();
  CHECK(xml::attribute(b, "n") == "1");
  CHECK(xml::attribute(b, "m").empty());
  CHECK(xml::text_of(b) == "y");
}
