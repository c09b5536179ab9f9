// SPDX-License-Identifier: MIT
#include "base/letter_case.hpp"
#include "base/regex.hpp"
#include "base/regex_text.hpp"
#include "catch2_compat.hpp"

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

TEST_CASE("case_folded ignores the case of every letter", "[letter_case]") {
  CHECK(case_folded("").empty());
  CHECK(case_folded("Jörg MÜLLER 1.0") == "jörg müller 1.0");
  CHECK(case_folded("ŁUKASZ") == "łukasz");
  CHECK(case_folded("ИВАН") == "иван");
  CHECK(case_folded("ΣΊΣΥΦΟΣ") == case_folded("Σίσυφος"));
  CHECK(case_folded("中村 𐐀") == "中村 𐐨");
  CHECK(case_folded("Stra\u00dfe") == "stra\u00dfe");
  CHECK(case_folded("A\xff\xc3") == "a\xff\xc3");  // not UTF-8
  CHECK(same_ignoring_case("Élodie", "éLODIE"));
  CHECK_FALSE(same_ignoring_case("Elodie", "Élodie"));
  CHECK_FALSE(same_ignoring_case("Straße", "Strasse"));
}

TEST_CASE("case_folded agrees with the regular expressions of selectors", "[letter_case]") {
  for (const char* pair : {"Ä ä", "Ñ ñ", "Ž ž", "Ø ø", "Đ đ", "Ő ő", "Я я", "Ω ω", "Σ ς",
                           "\u017f S", "\u212a k", "I \u0131", "i \u0130", "Ä a", "ß s"}) {
    const std::string text(pair);
    const auto blank = text.find(' ');
    const std::string a = text.substr(0, blank), b = text.substr(blank + 1);
    INFO(text);
    CHECK(same_ignoring_case(a, b) == Regex("(?i:" + regex_quoted(a) + ")").matches(b));
  }
}
