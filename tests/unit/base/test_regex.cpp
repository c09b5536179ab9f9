// SPDX-License-Identifier: MIT
#include "base/regex.hpp"

#include "base/boot_time.hpp"
#include "base/time.hpp"
#include "support.hpp"

using upkeep::Regex;
using Groups = std::vector<std::string>;

TEST_CASE("search, matches, groups", "[regex]") {
  CHECK(Regex("b+").search("abbc"));
  CHECK_FALSE(Regex("^b").search("abbc"));
  CHECK(Regex("a|ab").matches("ab"));
  CHECK_FALSE(Regex("[A-Z]+").matches("AB1"));
  CHECK(Regex("(a)(x)?(c)").groups("zac") == Groups{"ac", "a", "", "c"});
  CHECK_FALSE(Regex("x").groups("zac"));
  CHECK(Regex("(a)|(b)").groups("a") == Groups{"a", "a", ""});
  CHECK(Regex("").matches(""));
}

TEST_CASE("a whole match leaves no newline outside", "[regex]") {
  CHECK_FALSE(Regex("[a-z]+").matches("acme\n"));
  CHECK_FALSE(Regex("^[a-z]+$").matches("acme\n"));
  CHECK_FALSE(Regex("[a-z]+").matches(std::string_view("acme\0", 5)));
}

TEST_CASE("bytes that are not UTF-8 do not switch it off", "[regex]") {
  CHECK(Regex("^> (.*)$").search("> ok \xff\xfe"));
  CHECK(Regex("successful$").search("\xc3( Upgrade successful"));
  CHECK(Regex("^> (.*)$").groups("> caf\xe9...") == Groups{"> caf\xe9...", "caf\xe9..."});
  CHECK(Regex("ä").matches("\xc3\xa4"));
  CHECK(Regex("^.$").matches("ä"));
  CHECK(Regex("\\x{20ac}").search("\xff 5 €"));
}

TEST_CASE("a wrong pattern is named with its place", "[regex]") {
  const upkeep::Error error = upkeep::test::error_of([] { Regex("a("); });
  CHECK(error.status() == upkeep::ExitStatus::bad_data);
  CHECK_THAT(error.message(), upkeep::test::contains("'a(' is not a regular expression"));
  CHECK_THAT(error.message(), upkeep::test::contains("offset 2"));
  CHECK_THROWS_AS(Regex("\xff"), upkeep::DataError);
  CHECK_THROWS_AS(Regex("[z-a]"), upkeep::DataError);
}

TEST_CASE("hostile patterns and texts end soon", "[regex]") {
  const auto begin = upkeep::BootClock::now();
  const std::string many(50'000, 'a');
  CHECK_FALSE(Regex("^(a+)+$").search(many + "!"));
  CHECK_FALSE(Regex("(x+x+)+y").search(std::string(50'000, 'x')));
  CHECK_FALSE(Regex("^(?:a|aa)*b$").matches(many));
  CHECK(Regex("^(?:.|\\n)*$")
            .search(std::string(20'000, 'z')));  // std::regex overflows its stack here
  CHECK(Regex("z$").search(std::string(8UL << 20U, ' ') + "z"));
  CHECK(upkeep::BootClock::now() - begin < std::chrono::milliseconds(5000));
}

TEST_CASE("first_byte only where the pattern says so plainly", "[regex]") {
  CHECK(Regex("^> (.*)").first_byte() == '>');
  CHECK(Regex("^\\* Start").first_byte() == '*');
  CHECK(Regex("^<\\*> ").first_byte() == '<');
  CHECK(Regex("^a+b").first_byte() == 'a');
  CHECK(Regex("^  Error").first_byte() == ' ');
  for (const char* any : {"", "^", ">", "^a|b", "^(a)", "^[ab]", "^.", "^a?b", "^a*b", "^a{0,1}",
                          "^\\d", "^\\Qa\\E", "^$", "^ä", "(?i)^a", "^\\"}) {
    CAPTURE(any);
    if (std::string_view(any) == "^\\") {
      CHECK_THROWS_AS(Regex(any), upkeep::DataError);
    } else {
      CHECK_FALSE(Regex(any).first_byte());
    }
  }
}

TEST_CASE("first_byte never disagrees with the matcher", "[regex]") {
  const std::vector<std::string> lines{"> x", "* Start y", "a", "ab", "b", "", " > x", "<*> z"};
  for (const char* pattern : {"^> ", "^\\* ", "^a+b?", "^<\\*> ", "^ ", "^a(?:b|$)"}) {
    const Regex regex(pattern);
    const auto first = regex.first_byte();
    for (const std::string& line : lines) {
      CAPTURE(pattern, line);
      if (first && regex.search(line)) CHECK(line.front() == *first);
    }
  }
}

TEST_CASE("a copy works like the original", "[regex]") {
  const Regex original("^a");
  // The test's point. NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const Regex copy = original;
  CHECK(copy.search("abc"));
  CHECK(copy.pattern() == "^a");
}
