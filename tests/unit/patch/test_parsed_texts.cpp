// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/model/parsed_texts.hpp"

#include <stdexcept>
#include <string>

using upkeep::patch::ParsedTexts;

namespace {

/// Counts what is parsed; the value of a text is its length.
class Lengths {
 public:
  std::shared_ptr<const std::size_t> of(const std::string& text, const std::string& name = "") {
    return kept.value_of(name, text, [&] {
      ++parsed;
      return text.size();
    });
  }

  ParsedTexts<std::size_t> kept;
  int parsed = 0;
};

}  // namespace

TEST_CASE("a text is parsed once, and another one anew") {
  Lengths lengths;
  const auto first = lengths.of("abc");
  CHECK(*first == 3);
  CHECK(lengths.of("abc") == first);
  CHECK(lengths.parsed == 1);
  CHECK(*lengths.of("abcd") == 4);
  CHECK(lengths.of("abc", "other name") != first);
  CHECK(lengths.parsed == 3);
}

TEST_CASE("what cannot be parsed is not kept") {
  ParsedTexts<int> kept;
  const auto fail = []() -> int { throw std::runtime_error("no"); };
  CHECK_THROWS_AS(kept.value_of("", "a", fail), std::runtime_error);
  CHECK(kept.size() == 0);
  CHECK(*kept.value_of("", "a", [] { return 7; }) == 7);
}

TEST_CASE("the values that were used last are kept, and no more than fit") {
  Lengths lengths;
  const auto many = ParsedTexts<std::size_t>::k_most;
  const auto first = lengths.of("first");
  for (std::size_t i = 0; i < 2 * many; ++i) {
    (void)lengths.of("text " + std::to_string(i));
    CHECK(lengths.of("first") == first);  // used each time
  }
  CHECK(lengths.kept.size() == many);
  const int parsed = lengths.parsed;
  (void)lengths.of("text 0");  // forgotten since
  CHECK(lengths.parsed == parsed + 1);

  const std::size_t bytes = ParsedTexts<std::size_t>::k_most_bytes;
  CHECK(*lengths.of(std::string(bytes, 'x')) == bytes);
  CHECK(lengths.kept.size() == 1);
  CHECK(*lengths.of(std::string(bytes + 1, 'y')) == bytes + 1);  // too long to be kept
  CHECK(lengths.kept.size() == 1);
  CHECK(*first == 5);  // lives on with its user
}
