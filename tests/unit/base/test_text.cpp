// SPDX-License-Identifier: MIT
#include "base/direction.hpp"
#include "base/text.hpp"
#include "catch2_compat.hpp"

#include <limits>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

TEST_CASE("nearest finds typing errors and nothing far away", "[text]") {
  const std::vector<std::string> words{"command", "directory", "profile", "slots", "at"};
  CHECK(nearest("comand", words) == "command");
  CHECK(nearest("SLOTS", words) == "slots");
  CHECK(nearest("slot", words) == "slots");
  CHECK_FALSE(nearest("marker", words));
  CHECK_FALSE(nearest("", words));
  CHECK_FALSE(nearest("x", {}));
  CHECK(did_you_mean("profil", words) == "did you mean 'profile'?");
  CHECK(did_you_mean("zzzzzz", words, "see the manual") == "see the manual");
  // Two letters are never "close" to two other letters.
  CHECK_FALSE(nearest("zz", {"at"}));
}

TEST_CASE("printable shows no control character", "[text]") {
  CHECK(printable("plain äöü") == "plain äöü");
  CHECK(printable("a\x1b[31mb\nc\x7f") == "a\\x1b[31mb\\x0ac\\x7f");
  CHECK(printable(std::string_view("a\0b", 3)) == "a\\x00b");
  // U+009B is a control sequence introducer for many terminals.
  CHECK(printable("a\xc2\x9b"
                  "31m") == "a\\xc2\\x9b31m");
  CHECK(printable("\xc2\xa0") == "\xc2\xa0");
  CHECK(printable("\xc2") == "\\xc2");
  CHECK(printable("caf\xe9!") == "caf\\xe9!");
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a surrogate pair
}

// NOLINTBEGIN(misc-misleading-bidirectional): they are what is tested
TEST_CASE("printable shows what turns the direction of writing around", "[text]") {
  CHECK(printable("fix-\u202egpj.exe") == "fix-\\u202egpj.exe");
  for (const char* control :
       {"\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c", "\u202d",
        "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u206f"}) {
    CHECK(printable(control).starts_with("\\u"));
  }
  for (const char* letters : {"שלום", "مرحبا", "नमस्ते", "漢字", "\u200d", "\u2027", "\u2070"}) {
    CHECK(printable(letters) == letters);
  }
}

TEST_CASE("directions_shown changes nothing else", "[text]") {
  CHECK(directions_shown("a\u202eb\u061cc\u2069") == "a\\u202eb\\u061cc\\u2069");
  for (const char* other : {"plain", "שלום €", "\u0600\u2000\u2065\u2070", "\xe2\x80", "\xe2",
                            "\xd8", "\xe2\xae\x80\x1b[31m\n\t\xff", ""}) {
    CHECK(directions_shown(other) == other);
  }
}

// NOLINTEND(misc-misleading-bidirectional)

TEST_CASE("display_width counts columns", "[text]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("äöü") == 3);
  CHECK(display_width("漢字") == 4);
  CHECK(display_width("e\xcc\x81") == 1);  // e and a combining accent
  CHECK(display_width("\xff\xfe") == 2);   // stray bytes: one replacement each
  CHECK(display_width("\xe2\x82") == 1);   // cut short
}

TEST_CASE("ellipsized fits", "[text]") {
  CHECK(ellipsized("abc", 3) == "abc");
  CHECK(ellipsized("abcd", 3) == "ab…");
  CHECK(ellipsized("漢字漢", 4) == "漢…");
  CHECK(ellipsized("abc", 1) == "…");
  CHECK(ellipsized("abc", 0).empty());
}

TEST_CASE("utf8_prefix is valid UTF-8 and cuts no character", "[text]") {
  CHECK(utf8_prefix("caf\xC3\xA9", 5) == "caf\xC3\xA9");
  CHECK(utf8_prefix("caf\xC3\xA9", 4) == "caf");
  CHECK(utf8_prefix("\xF0\x9F\x98\x80", 4) == "\xF0\x9F\x98\x80");
  const std::string replaced = "\xEF\xBF\xBD";
  CHECK(utf8_prefix("caf\xE9", 9) == "caf" + replaced);
  CHECK(utf8_prefix("\xFF|", 9) == replaced + "|");
  CHECK(utf8_prefix("\xE2\x82|", 9) == replaced + "|");          // cut short
  CHECK(utf8_prefix("\xC0\xAF|", 9) == replaced + "|");          // overlong
  CHECK(utf8_prefix("\xED\xA0\x80|", 9) == replaced + "|");      // a surrogate
  CHECK(utf8_prefix("\xF4\x90\x80\x80|", 9) == replaced + "|");  // past the last one
  CHECK(utf8_prefix("\xF8\x80\x80\x80", 99) == replaced + replaced + replaced + replaced);
  CHECK(utf8_prefix(replaced, 3) == replaced);
}

TEST_CASE("split, join, trim, lower, replace_all", "[text]") {
  CHECK(split("a,b,,c", ',') == std::vector<std::string>{"a", "b", "", "c"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(split("a,", ',') == std::vector<std::string>{"a", ""});
  CHECK(join({"a", "b"}, ", ") == "a, b");
  CHECK(join({}, ", ").empty());
  CHECK(trim(" \t\r\n a b \n") == "a b");
  CHECK(trim("   ").empty());
  CHECK(lower("AbÄ") == "abÄ");
  CHECK(replace_all("a'b'", "'", "''") == "a''b''");
  CHECK(replace_all("aaa", "a", "").empty());
  CHECK(replace_all("abc", "", "x") == "abc");
  CHECK(replace_all("abc", "", "") == "abc");
}

TEST_CASE("to_integer takes whole numbers only", "[text]") {
  CHECK(to_integer("42") == 42);
  CHECK(to_integer("-7") == -7);
  CHECK(to_integer("9223372036854775807") == std::numeric_limits<long long>::max());
  for (const char* wrong : {"", " 1", "1 ", "+1", "0x10", "1.0", "9223372036854775808", "one"}) {
    CAPTURE(wrong);
    CHECK_FALSE(to_integer(wrong));
  }
}
