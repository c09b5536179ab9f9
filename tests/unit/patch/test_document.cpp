// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"
#include "catch2_compat.hpp"
#include "patch/model/date.hpp"
#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/model/patch_name.hpp"
#include "patch/query/terms.hpp"

#include "base/error.hpp"

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

TEST_CASE("pmt: a document survives its column, whatever is in it") {
  const Document document{{"a_key", {"plain"}},
                          {"b_several", {"one", "two", "a\nb", "\x1e", "\\", "\\e", "\\n"}},
                          {"c_odd", {"x=y\nkey=value\n", "\n", "\t\r"}}};
  REQUIRE(decode(encode(document)) == document);
  REQUIRE(encode({}).empty());
  REQUIRE(decode("").empty());
  // One line a value, so that the server can compare them.
  REQUIRE(encode({{"k", {"a\nb"}}}) ==
          "\nk=a\x1e"
          "b\n");
}

TEST_CASE("pmt: dates as people write them") {
  const auto is = [](const char* text, const char* expected) {
    REQUIRE(normalized_date(text).value_or("none") == expected);
  };
  is("2014-03-01", "2014-03-01");
  is(" 01/03/2014 ", "2014-03-01");
  is("1/3/2014", "2014-03-01");
  is("1.3.2014", "2014-03-01");
  is("2014/03/01", "2014-03-01");
  is("1 Mar 2014", "2014-03-01");
  is("1-Mar-2014", "2014-03-01");
  is("March 1, 2014", "2014-03-01");
  is("01/03/2014 10:20", "2014-03-01T10:20:00Z");
  is("2014-03-01T10:20:30Z", "2014-03-01T10:20:30Z");
  for (const char* bad :
       {"", "soon", "31/02/2014", "2014-02-30", "01/03/14", "0000-00-00", "12/25/2012", "2014"}) {
    REQUIRE(!normalized_date(bad));
  }
  REQUIRE(read_date("12/25/2012", {"%m/%d/%Y"}).date == "2012-12-25");
  REQUIRE(next_day("2014-02-28") == "2014-03-01");
  REQUIRE(next_day("2016-12-31") == "2017-01-01");
}

TEST_CASE("pmt: UTF-8 and other encodings") {
  REQUIRE(is_utf8("ž株🚀"));
  for (const char* bad :
       {"\xff", "\xc0\xaf", "\xe2\x82", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\x80"}) {
    REQUIRE(!is_utf8(bad));
  }
  REQUIRE(to_utf8("M\xfcller", "ISO-8859-1") == "Müller");
  REQUIRE(to_utf8("\x80", "WINDOWS-1252") == "€");
  REQUIRE_THROWS_AS(to_utf8("x", "no-such"), ConfigError);
  REQUIRE(without_bom("\xEF\xBB\xBFx") == "x");
}

TEST_CASE("pmt: names") {
  const NameRule rule("WSO2-CARBON-PATCH-{platform}-{number:04}");
  REQUIRE(rule.format({"4.4.0", 1}) == "WSO2-CARBON-PATCH-4.4.0-0001");
  REQUIRE(rule.format({"4.4.0", 12345}) == "WSO2-CARBON-PATCH-4.4.0-12345");
  for (const char* name :
       {"WSO2-CARBON-PATCH-4.4.0-0001", "wso2-carbon-patch-4.4.0-1", "4.4.0-0001", "4.4.0-1"}) {
    REQUIRE(rule.parse(name) == PatchRef{"4.4.0", 1});
  }
  for (const char* name :
       {"", "4.4.0", "4.4.0-0", "4.4.0-", "x4.4.0-1", "4.4.0-1x", "4-1", "4.04.0-1",
        "4.4.0-99999999999", "WSO2-CARBON-PATCH-4.4.0-0001.zip", "1.2.3.4.5-1"}) {
    REQUIRE(!rule.parse(name));
  }
  REQUIRE_THROWS_AS(rule.parse_or_throw("x"), DataError);
  const NameRule other("{number}/{platform}");
  REQUIRE(other.parse(other.format({"5.0", 7})) == PatchRef{"5.0", 7});
  for (const char* pattern :
       {"", "x", "{platform}", "{number}", "{platform}{number}", "{platform}-{number:x}",
        "{platform}-{number", "{platform}-{number}-{number}", "{name}-{platform}-{number}"}) {
    REQUIRE_THROWS_AS(NameRule(pattern), ConfigError);
  }
  REQUIRE(*platform_key("4.4.0") < *platform_key("4.10.0"));
  REQUIRE(parse_queue_id("Q-17") == 17U);
  for (const char* bad : {"Q-", "Q17", "17", "Q-0", "Q-1x", "Q--1"}) REQUIRE(!parse_queue_id(bad));
}

TEST_CASE("pmt: links and changes survive their columns") {
  const std::vector<Link> links{{"requires", {"4.4.0", 1}}, {"ported-from", {"4.2.0", 12}}};
  REQUIRE(decode_links(encode_links(links)) == links);
  const std::vector<Change> changes{{"a", {}, "x\n\"y\""}, {"b", ValueList{"1", "2"}, {}}};
  const auto back = decode_changes(encode_changes(changes));
  REQUIRE(back.size() == 2);
  REQUIRE(back[0].key == "a");
  REQUIRE(back[0].from.is_null());
  REQUIRE(to_text(back[0].to) == "x\n\"y\"");
  REQUIRE(to_json(back[1].from) == "[\"1\",\"2\"]");
}

TEST_CASE("pmt: terms of a document") {
  const auto has = [](const Document& document, const std::string& term) {
    const auto hashes = term_hashes(document);
    return std::find(hashes.begin(), hashes.end(), term_hash(term)) != hashes.end();
  };
  const Document document{{"k", {"Hello, World-2"}}, {"l", {"caf\xc3\xa9 x\xe2\x80\x94y"}}};
  REQUIRE(has(document, *value_term("k", "hello, WORLD-2")));
  for (const char* word : {"hello", "world", "2", "x", "y"})
    REQUIRE(has(document, *word_term(word)));
  REQUIRE(!has(document, *word_term("k")));
  REQUIRE(!word_term("caf\xc3\xa9"));
  // The server considers the long s and the Kelvin sign equal to s and k, ignoring case.
  const Document special{{"k", {"de\u017fk \u212aiosk"}}};
  REQUIRE(has(special, *word_term("desk")));
  REQUIRE(has(special, *value_term("k", "desk kiosk")));
}

TEST_CASE("pmt: the part of a text that the words of the index contain") {
  REQUIRE(word_part("me. Holdi") == "holdi");
  REQUIRE(word_part("M\xc3\xbcLLER") == "ller");
  REQUIRE(word_part("17-18") == "17");
  REQUIRE(!word_part("&\xc3\xbc-"));
}
