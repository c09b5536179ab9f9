// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "patch/query/query_words.hpp"

using upkeep::UsageError;
using upkeep::patch::query_text;
using upkeep::patch::query_words;
using Words = std::vector<std::string>;

TEST_CASE("a query is split at blanks outside of quotes", "[query]") {
  CHECK(query_words("").empty());
  CHECK(query_words("  \t\n ").empty());
  CHECK(query_words(" state=Testing  sort:-created ") == Words{"state=Testing", "sort:-created"});
  CHECK(query_words("client='Big Bank' x") == Words{"client=Big Bank", "x"});
  CHECK(query_words("client=\"Big Bank\"") == Words{"client=Big Bank"});
  CHECK(query_words("'a b'\"c d\"e") == Words{"a bc de"});
  CHECK(query_words("'' x \"\"") == Words{"", "x", ""});
}

TEST_CASE("a backslash escapes a double quote within double quotes alone", "[query]") {
  CHECK(query_words("\"a \\\" b\"") == Words{"a \" b"});
  CHECK(query_words("a\\ b") == Words{"a\\", "b"});
  CHECK(query_words("'a\\'") == Words{"a\\"});
  CHECK(query_words("\"a\\b\"") == Words{"a\\b"});
  CHECK(query_words("a\\,b") == Words{"a\\,b"});
}

TEST_CASE("a quote that does not end is refused", "[query]") {
  for (const char* text : {"\"", "'", "client=\"Big Bank", "it's", "\"a\\\""}) {
    CHECK_THROWS_AS(query_words(text), UsageError);
  }
}

TEST_CASE("query_text is the inverse of query_words", "[query]") {
  const std::vector<Words> all{{},
                               {"state=Testing"},
                               {"client=Big Bank", "", "x"},
                               {"it's", "say \"hi\"", "both ' and \"", "'\"\\"},
                               {"a\\", "\\\"", "tab\there", "line\nfeed"}};
  for (const Words& words : all) CHECK(query_words(query_text(words)) == words);
}
