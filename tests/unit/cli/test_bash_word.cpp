// SPDX-License-Identifier: MIT
#include "cli/bash_word.hpp"

#include "support.hpp"

#include <string>

using upkeep::cli::bash_spelling;
using upkeep::cli::read_bash_word;

TEST_CASE("a word of bash is read without its quotes") {
  CHECK(read_bash_word("plain").text == "plain");
  CHECK(read_bash_word("ESB\\ 4.8.1").text == "ESB 4.8.1");
  CHECK(read_bash_word("'a b'c\"d e\"").text == "a bcd e");
  CHECK(read_bash_word("'O'\\''Neil'").text == "O'Neil");
  CHECK(read_bash_word("").text.empty());
  // Within double quotes, a backslash protects only some characters.
  CHECK(read_bash_word(R"("a\b \$c \d")").text == R"(a\b $c \d)");
}

TEST_CASE("a word of bash may have an open quote") {
  CHECK(read_bash_word("'Ver").quote == '\'');
  CHECK(read_bash_word("'Ver").text == "Ver");
  CHECK(read_bash_word("\"a\\\"b").quote == '"');
  CHECK(read_bash_word("\"a\\\"b").text == "a\"b");
  CHECK(read_bash_word("'a'").quote == 0);
  CHECK(read_bash_word("a\\").text == "a");
}

TEST_CASE("bash replaces a part of a word") {
  CHECK(read_bash_word("client").start == 0);
  CHECK(read_bash_word("client=A").start == 7);
  CHECK(read_bash_word("--set=client=").start == 13);
  CHECK(read_bash_word("ann@exa").start == 3);
  CHECK(read_bash_word("client='A").start == 7);
  CHECK(read_bash_word("client=\"A").start == 7);
  CHECK(read_bash_word("'client=A").start == 0);
  CHECK(read_bash_word("cli'ent=A").start == 3);
  // A break that is quoted is none.
  CHECK(read_bash_word("client='a:b'c").start == 7);
  CHECK(read_bash_word("client=a\\:b").start == 7);
  CHECK(read_bash_word("client='a:b'").start == 7);
  CHECK(read_bash_word("client=a:b@c", "=").start == 7);
}

TEST_CASE("a word is spelled so that bash reads it") {
  const std::string odd = "it's $HOME \"x\" `y` \\ *?[!]#~&|;<>(){}\t";
  for (const char quote : {'\0', '\'', '"'}) {
    const std::string open = quote == 0 ? "" : std::string(1, quote);
    std::string word = open;
    word += bash_spelling(odd, quote);
    word += open;
    CHECK(read_bash_word(word).text == odd);
  }
  CHECK(bash_spelling("plain-4.8.1=Müller", 0) == "plain-4.8.1=Müller");
}
