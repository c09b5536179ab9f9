// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/regex.hpp"
#include "catch2_compat.hpp"
#include "guard/logscan/line_sieve.hpp"
#include "guard/logscan/pattern_needs.hpp"

#include <algorithm>
#include <random>

using upkeep::Regex;
using upkeep::guard::LineSieve;
using upkeep::guard::needs_of;
using upkeep::guard::PatternNeeds;

namespace {

std::string first_of(const std::string& pattern) {
  const auto needs = needs_of(pattern);
  if (!needs.first) return "any";
  std::string out;
  for (int byte = 0; byte < 256; ++byte) {
    if (needs.first->test(static_cast<std::size_t>(byte))) out += static_cast<char>(byte);
  }
  return out;
}

std::vector<std::string> literals_of(const std::string& pattern) {
  return needs_of(pattern).literals;
}

using Literals = std::vector<std::string>;

bool could_match(const PatternNeeds& needs, const std::string& line) {
  if (needs.first &&
      (line.empty() || !needs.first->test(static_cast<unsigned char>(line.front())))) {
    return false;
  }
  return needs.literals.empty() ||
         std::any_of(needs.literals.begin(), needs.literals.end(),
                     [&](const auto& literal) { return line.find(literal) != std::string::npos; });
}

}  // namespace

TEST_CASE("what a pattern's matches begin with", "[guard]") {
  CHECK(first_of("^> (.*)$") == ">");
  CHECK(first_of("^(?:>|\\* Start(?: to)?) +(.+?)(?:\\.\\.\\.|…)$") == "*>");
  CHECK(first_of("^(?:PHP )?Fatal error: ") == "FP");
  CHECK(first_of("^a*b") == "ab");
  CHECK(first_of("^a{0,3}b") == "ab");
  CHECK(first_of("^(a|b|)c") == "abc");
  CHECK(first_of("^a|^b") == "ab");
  CHECK(first_of("^é") == "\xc3");
  CHECK(first_of("^]") == "]");
  // Not anchored, or able to match an empty line, or not understood: nothing is known.
  for (const char* pattern : {"a", "^", "^a*", "^a?$", "^a|b", "(?i)^a", "^(?=a)", "^(a", "^a|",
                              "^\\Qa|b\\E", "^\\x41", "^[[:alpha:]]", "*", "^{1|b}"}) {
    INFO(pattern);
    CHECK(first_of(pattern) == "any");
  }
  CHECK(needs_of("^[ab]c").first->all());
  CHECK(needs_of("^.").first->all());
}

TEST_CASE("what every match of a pattern holds", "[guard]") {
  CHECK(literals_of("Upgrade failed$") == Literals{"Upgrade failed"});
  CHECK(literals_of("An internal error occurred #\\d+") ==
        Literals{"An internal error occurred #"});
  CHECK(literals_of("\\*\\*ID\\*\\*") == Literals{"**ID**"});
  CHECK(literals_of("^(?:>|\\* Start) (.+)(?:\\.\\.\\.|…)$") == Literals{"...", "…"});
  CHECK(literals_of("abc?d") == Literals{"ab"});
  CHECK(literals_of("ab+cde") == Literals{"cde"});
  CHECK(literals_of("(?:abc)+") == Literals{"abc"});
  CHECK(literals_of("a{3}").empty());
  CHECK(literals_of("foo|bar") == Literals{"foo", "bar"});
  CHECK(literals_of("foo|").empty());
  CHECK(literals_of("(?:foo)?").empty());
  CHECK(literals_of("(?i)foo").empty());
  CHECK(literals_of("a{1|b}c").empty());
}

TEST_CASE("nothing that matches is ever passed over", "[guard]") {
  // Random patterns over random lines: the needs may be too few, never too many.
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): the same ones each time
  std::mt19937 random(20260102);
  const auto pick = [&](const auto& from) {
    return from[std::uniform_int_distribution<std::size_t>(0, std::size(from) - 1)(random)];
  };
  const std::vector<std::string> pieces{"a",  "b",   "ab",   "^",     "$",     "(a|b)", "(?:b|)",
                                        "a?", "b*",  "[ab]", "[^a]",  "\\.",   ".",     "|",
                                        "+",  "{2}", "\\d",  "(?:a)", "\\bab", "{1|",   "}"};
  const std::vector<std::string> bits{"a", "b", "ab", ".", "1", "}", "{1"};
  int tried = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string pattern;
    for (int i = 0; i < 5; ++i) pattern += pick(pieces);
    std::optional<Regex> regex;
    try {
      regex.emplace(pattern);
    } catch (const upkeep::Error&) {
      continue;
    }
    ++tried;
    const PatternNeeds needs = needs_of(pattern);
    for (int i = 0; i < 10; ++i) {
      std::string line;
      for (int j = std::uniform_int_distribution<int>(0, 5)(random); j > 0; --j) line += pick(bits);
      if (!regex->search(line)) continue;
      INFO(pattern << " on " << line);
      CHECK(could_match(needs, line));
    }
  }
  CHECK(tried > 1000);
}

TEST_CASE("the sieve counts lines and finds candidates", "[guard]") {
  const LineSieve sieve({needs_of("^> "), needs_of("boom")});
  std::vector<std::size_t> places;
  CHECK(sieve.sift("", places) == 0);
  CHECK(places.empty());
  CHECK(sieve.sift("\n\n\n\n\n\n\n\n\n\n", places) == 10);
  CHECK(places.empty());
  const std::string lines = "> one\nplain\n>two\nit goes boom\n\x1b[1mcolour\n";
  CHECK(sieve.sift(lines, places) == 5);
  CHECK(places == std::vector<std::size_t>{0, 12, lines.find("boom"), lines.find('\x1b')});
  // Every alignment of a newline among eight bytes.
  for (std::size_t pad = 0; pad < 20; ++pad) {
    CHECK(sieve.sift(std::string(pad, 'x') + "\n> y\n", places) == 2);
    CHECK(places == std::vector<std::size_t>{pad + 1});
  }
  const LineSieve all({needs_of("x*")});
  CHECK(all.sift("a\n\nb\n", places) == 3);
  CHECK(places == std::vector<std::size_t>{0, 2, 3});
}

TEST_CASE("a literal is found however common its bytes are", "[guard]") {
  const LineSieve sieve({needs_of("end #1")});
  std::vector<std::size_t> places;
  std::string lines;
  std::vector<std::size_t> expected;
  for (int i = 0; i < 3000; ++i) {
    lines += i % 7 == 0 ? "## # ##\n" : "#\n";
    if (i % 500 != 499) continue;
    expected.push_back(lines.size() + 2);
    lines += "# end #1# end #\n";
  }
  lines += "end #1\n";
  expected.push_back(lines.size() - 7);
  CHECK(sieve.sift(lines, places) == 3007);
  CHECK(places == expected);
}
