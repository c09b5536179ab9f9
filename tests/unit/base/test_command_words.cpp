// SPDX-License-Identifier: MIT
#include "base/command_words.hpp"

#include "base/error.hpp"
#include "support.hpp"

#include <string>
#include <vector>

using upkeep::command_words;
using Words = std::vector<std::string>;

TEST_CASE("a command is split at blanks") {
  CHECK(command_words("less -FRX") == Words{"less", "-FRX"});
  CHECK(command_words("  vi\t\n") == Words{"vi"});
  CHECK(command_words("").empty());
  CHECK(command_words(" \n").empty());
}

TEST_CASE("quotes and backslashes protect characters of a command") {
  CHECK(command_words("'my editor' --wait") == Words{"my editor", "--wait"});
  CHECK(command_words(R"("a \" b"c '\' \ d '')") == Words{"a \" bc", "\\", " d", ""});
  CHECK(command_words("less\\") == Words{"less\\"});
  // Within double quotes only where a shell needs it.
  CHECK(command_words(R"(vim -c "set path=a\ b \ \$x")") ==
        Words{"vim", "-c", R"(set path=a\ b \ $x)"});
}

TEST_CASE("nothing in a command is expanded") {
  CHECK(command_words("$(id) ~ `id`; *") == Words{"$(id)", "~", "`id`;", "*"});
}

TEST_CASE("a quote of a command that is not closed is refused") {
  CHECK_THROWS_AS(command_words("'vi"), upkeep::UsageError);
  CHECK_THROWS_AS(command_words("vi \"a"), upkeep::UsageError);
}
