// SPDX-License-Identifier: MIT
#include "base/regex_text.hpp"
#include "catch2_compat.hpp"
#include "patch/query/selector.hpp"
#include "patch/store/sql_text.hpp"

#include "base/error.hpp"

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

TEST_CASE("pmt: terms are told apart") {
  const Selector selector =
      parse_selector({"client=Acme, Inc", "a!=b\\,c", "x~y=z", "n<=5", "two words", "sort:-a,b",
                      "limit:7", "e=", "q!~r\\\\", "http://x.y"});
  REQUIRE(selector.terms.size() == 6);
  REQUIRE(selector.terms[0].values == std::vector<std::string>{"Acme", " Inc"});
  REQUIRE(selector.terms[1].op == Operator::not_equal);
  REQUIRE(selector.terms[1].values == std::vector<std::string>{"b,c"});
  REQUIRE(selector.terms[2].op == Operator::contains);
  REQUIRE(selector.terms[2].values == std::vector<std::string>{"y=z"});
  REQUIRE(selector.terms[3].op == Operator::at_most);
  REQUIRE(selector.terms[4].values == std::vector<std::string>{""});
  REQUIRE(selector.terms[5].values == std::vector<std::string>{"r\\"});
  REQUIRE(selector.phrases == std::vector<Phrase>{{"two"}, {"words"}, {"http", "x", "y"}});
  REQUIRE(selector.sort.size() == 2);
  REQUIRE(selector.sort[0].descending);
  REQUIRE(selector.limit == 7U);
  for (const char* bad : {"", "=x", "sort:", "limit:x", "limit:-1", "???", "\xff"}) {
    REQUIRE_THROWS_AS(parse_selector({bad}), UsageError);
  }
}

TEST_CASE("pmt: what is written together is one phrase") {
  const auto phrases = [](const std::string& term) { return parse_selector({term}).phrases; };
  using Phrases = std::vector<Phrase>;
  REQUIRE(phrases("ESBJAVA-12") == Phrases{{"ESBJAVA", "12"}});
  REQUIRE(phrases(" ESB\t1.8.4 ") == Phrases{{"ESB"}, {"1", "8", "4"}});
  REQUIRE(phrases("org.x.core_4.4.0.jar") == Phrases{{"org", "x", "core", "4", "4", "0", "jar"}});
  REQUIRE(phrases("\"ESB 1.8.4\" x") == Phrases{{"ESB", "1", "8", "4"}, {"x"}});
  REQUIRE(phrases("5\" disk \"") == Phrases{{"5"}, {"disk"}});
  REQUIRE(phrases("\"\" a") == Phrases{{"a"}});
  REQUIRE(phrases("(caf\u00e9-x)") == Phrases{{"caf\u00e9", "x"}});
  REQUIRE_THROWS_AS(parse_selector({"\" \" -"}), UsageError);
}

TEST_CASE("pmt: literals that no setting can misread") {
  REQUIRE(sql_text("plain 1.0") == "'plain 1.0'");
  REQUIRE(sql_text("a'b") == "_utf8mb4 X'612762'");
  REQUIRE(sql_text("\\") == "_utf8mb4 X'5C'");
  REQUIRE(regex_quoted("a.b*(c)") == "a\\.b\\*\\(c\\)");
}
