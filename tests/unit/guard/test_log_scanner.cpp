// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "guard/logscan/log_scanner.hpp"
#include "guard/logscan/log_text.hpp"

using upkeep::guard::LogScanner;
using upkeep::guard::Rules;
using upkeep::test::at_ms;

namespace {

const Rules k_rules{R"(^> (.*)\.\.\.$)", "^<\\*> ", "^Upgrade successful$", {"^Errors ", "boom"}};

LogScanner scanned(const std::string& text, const Rules& rules = k_rules) {
  LogScanner scanner(rules);
  scanner.feed(text, at_ms(0));
  scanner.finish(at_ms(0));
  return scanner;
}

std::vector<std::string> names(const LogScanner& scanner) {
  std::vector<std::string> out;
  for (const auto& step : scanner.steps()) out.push_back(step.name);
  return out;
}

}  // namespace

TEST_CASE("steps open, close and take time", "[guard]") {
  LogScanner scanner(k_rules);
  scanner.feed("> Database...\n", at_ms(1000));
  CHECK(scanner.step() == "Database");
  scanner.feed("-> 3 tables\n<*>   Database took 2 seconds.\n", at_ms(3500));
  CHECK(scanner.step().empty());
  scanner.feed("> Never closed...\n", at_ms(4000));
  scanner.feed("> Last...\n", at_ms(5000));
  scanner.feed("\nUpgrade successful\n", at_ms(6000));
  CHECK(scanner.step() == "Last");
  scanner.finish(at_ms(7000));
  CHECK(scanner.success());
  CHECK(names(scanner) == std::vector<std::string>{"Database", "Never closed", "Last"});
  CHECK(scanner.steps()[0].seconds == 2.5);
  CHECK(scanner.steps()[1].seconds == 1.0);
  CHECK(scanner.steps()[2].seconds == 2.0);
  CHECK(scanner.steps_done() == 3);
}

TEST_CASE("a step that failed stays open; nested lines and stray closers are no steps", "[guard]") {
  const LogScanner failed =
      scanned("> One...\n> Updating Auditlog Config \n<*> a\n<*> b\n> Two...\n");
  CHECK(names(failed) == std::vector<std::string>{"One"});
  CHECK(failed.step() == "Two");
  CHECK_FALSE(failed.success());
}

TEST_CASE("a step's name is group 1, or the match", "[guard]") {
  CHECK(names(scanned("BEGIN 7\nEND\n", {"^BEGIN \\d", "^END", "", {}})) ==
        std::vector<std::string>{"BEGIN 7"});
  CHECK(names(scanned("BEGIN x\nEND\n", {"^BEGIN (x)", "^END", "", {}})) ==
        std::vector<std::string>{"x"});
}

TEST_CASE("success is the last line that is not blank", "[guard]") {
  CHECK(scanned("a\nUpgrade successful\n").success());
  CHECK(scanned("Upgrade successful").success());
  CHECK(scanned("Upgrade successful\r\n \t\n\n\r\n").success());
  CHECK(scanned("\x1b[32;1mUpgrade\x1b[0m successful\x1b[K\r\n\x1b[0m\n").success());
  CHECK_FALSE(scanned("Upgrade successful\nand more\n").success());
  CHECK_FALSE(scanned("Upgrade successful\nand more").success());
  CHECK(scanned("  Upgrade successful \t\n").success());  // decoration is not the line
  CHECK_FALSE(scanned("An Upgrade successful\n").success());
  CHECK_FALSE(scanned("").success());
  CHECK_FALSE(scanned("Errors here\nUpgrade successful\n").success());
  CHECK_FALSE(scanned("x boom\nUpgrade successful\n").success());
}

TEST_CASE("stderr is counted and not matched", "[guard]") {
  LogScanner scanner(k_rules);
  scanner.feed("Upgrade successful\n", at_ms(0));
  scanner.feed_stderr("Errors everywhere: boom\nmore");
  scanner.finish(at_ms(0));
  CHECK(scanner.success());
  CHECK(scanner.lines() == 3);
  CHECK(scanner.bytes() == 47);
  CHECK(scanner.last_line() == "Upgrade successful");
}

TEST_CASE("a plain profile asks for nothing", "[guard]") {
  CHECK(scanned("", {}).success());
  CHECK(scanned("whatever\n", {}).success());
  CHECK_FALSE(scanned("boom\n", {"", "", "", {"", "boom"}}).success());
  CHECK(scanned("\n", {"", "", "", {""}}).success());
}

TEST_CASE("the first failure line is kept", "[guard]") {
  const LogScanner scanner = scanned("ok\nErrors in \x1b[31mone\x1b[0m\r\nErrors in two\n");
  CHECK(scanner.failure_line() == "Errors in one");
  CHECK(scanned("bo\x1b[1mom\n").failure_line() == "boom");
  CHECK(scanned("the end is boom").failure_line() == "the end is boom");
}

TEST_CASE("lines come through however they are cut", "[guard]") {
  const std::string text =
      "> One...\n\nnoise\n<*> done\n\x1b[31m> Two...\x1b[0m\r\nErrors x\n\nUpgrade successful";
  for (std::size_t size = 1; size < text.size(); ++size) {
    LogScanner scanner(k_rules);
    for (std::size_t at = 0; at < text.size(); at += size)
      scanner.feed(text.substr(at, size), at_ms(0));
    scanner.finish(at_ms(0));
    INFO(size);
    CHECK(scanner.lines() == 8);
    CHECK(scanner.bytes() == static_cast<std::int64_t>(text.size()));
    CHECK(names(scanner) == std::vector<std::string>{"One"});
    CHECK(scanner.step() == "Two");
    CHECK(scanner.failure_line() == "Errors x");
    CHECK(scanner.last_line() == "Upgrade successful");
  }
}

TEST_CASE("the last line is known while it comes", "[guard]") {
  LogScanner scanner(k_rules);
  CHECK(scanner.last_line().empty());
  scanner.feed("one\n\n", at_ms(0));
  CHECK(scanner.last_line() == "one");
  scanner.feed("tw", at_ms(0));
  CHECK(scanner.last_line() == "tw");
  CHECK(scanner.lines() == 3);
  scanner.feed("o\n   ", at_ms(0));
  CHECK(scanner.last_line() == "two");
}

TEST_CASE("hostile output", "[guard]") {
  LogScanner scanner(k_rules);
  const std::string megabyte(1024UL * 1024, 'x');
  for (int i = 0; i < 20; ++i) scanner.feed(megabyte, at_ms(0));
  scanner.feed(" boom\n", at_ms(0));  // beyond the part of a line that is read
  CHECK_FALSE(scanner.failure_line());
  CHECK(scanner.lines() == 1);
  CHECK(scanner.last_line() == std::string(500, 'x'));

  std::string binary;
  for (int i = 0; i < 100'000; ++i) binary += static_cast<char>(i * 7 + i / 256);
  scanner.feed(binary, at_ms(0));
  scanner.feed(std::string("\0boom\0\n", 7), at_ms(0));
  CHECK(scanner.failure_line());
  scanner.feed("\xff\xfe\xe2\x82 end\n", at_ms(0));
  scanner.finish(at_ms(0));
  CHECK(scanner.last_line() == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd end");

  LogScanner steps(k_rules);
  for (int i = 0; i < 5000; ++i) steps.feed("> " + std::string(500, 's') + "...\n", at_ms(0));
  CHECK(steps.steps_done() == 4999);
  CHECK(steps.steps().size() == 200);
  CHECK(steps.step().size() == 80);
}

TEST_CASE("a rule that is not a regular expression is an error", "[guard]") {
  CHECK_THROWS_AS(LogScanner({"(", "", "", {}}), upkeep::DataError);
}

TEST_CASE("output as UTF-8", "[guard]") {
  using upkeep::guard::as_utf8;
  CHECK(as_utf8("äöü", 5) == "äö");
  CHECK(as_utf8("äöü", 6) == "äöü");
  CHECK(as_utf8("", 5).empty());
  CHECK(as_utf8(std::string(20, '\x80'), 9) == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(upkeep::guard::without_escapes("a\x1b]0;title\x07"
                                       "b\x1b]0;t\x1b\\c\x1b(d\x1b[1") == "abcd");
}

TEST_CASE("what was drawn over is not seen, but said", "[guard]") {
  CHECK(scanned("Rows 1\rRows 2\rUpgrade successful\n").success());
  CHECK(scanned("Rows 1\rUpgrade successful\r\r\n").success());
  CHECK(scanned("Upgrade successful\rRows 2\n").last_line() == "Rows 2");
  CHECK(scanned("Upgrade successful\nRows 2\r      \r\n").success());
  CHECK(scanned("Upgrade successful\r\x1b[0m\n").success());
  CHECK(scanned("a\rErrors x\rb\nUpgrade successful\n").failure_line() == "Errors x");
  CHECK(names(scanned("noise\r> One...\nnoise\r<*> done\n")) == std::vector<std::string>{"One"});
  // However it comes, and however long it is drawn over.
  std::string text = "Errors y";
  for (int i = 0; i < 30'000; ++i) text += "\rRow " + std::to_string(i);
  text += "\rUpgrade successful\r\n";
  for (const std::size_t size : {1UL, 7UL, 4096UL, text.size()}) {
    LogScanner scanner(k_rules);
    for (std::size_t at = 0; at < text.size(); at += size)
      scanner.feed(text.substr(at, size), at_ms(0));
    scanner.finish(at_ms(0));
    INFO(size);
    CHECK(scanner.last_line() == "Upgrade successful");
    CHECK(scanner.failure_line() == "Errors y");
    CHECK(scanner.lines() == 1);
  }
}

TEST_CASE("a line that is drawn over means the same in pieces", "[guard]") {
  Rules rules = k_rules;
  rules.failure = {"^Errors", "^$|^never$"};
  for (const std::string text :
       {"\rx\n", "a\r\rb\n", "Errors:\rA@\nmore\n", "text\r\x1b[0m", "text\r\x1b[0;1mx",
        "a\r\x1b[1\n", "text\r\x1b[0m\r\x1b[0m\r\n", "one\rtwo\x1b[0m\rErrors:\r\x1b[0m\n\nb"}) {
    const auto said = [&](std::size_t size) {
      LogScanner scanner(rules);
      for (std::size_t at = 0; at < text.size(); at += size)
        scanner.feed(text.substr(at, size), at_ms(0));
      scanner.finish(at_ms(0));
      return scanner.failure_line().value_or("none") + "; " + scanner.last_line();
    };
    const std::string whole = said(text.size());
    for (std::size_t size = 1; size < text.size(); ++size) CHECK(said(size) == whole);
  }
}

TEST_CASE("lines that are ignored are never the last one", "[guard]") {
  Rules rules = k_rules;
  rules.ignore = {"^Warning: .* on line \\d+$"};
  const std::string noise = "\nWarning: x in y on line 3\n\n";
  CHECK(scanned("Upgrade successful\n" + noise + noise, rules).success());
  CHECK(scanned("Upgrade successful\n\nWarning: x in y on line 3", rules).success());
  CHECK_FALSE(scanned("Upgrade successful\nWarning: x\n", rules).success());
  CHECK(scanned(noise, rules).last_line().empty());
  CHECK_FALSE(scanned("Upgrade successful\nWarning: boom on line 3\n", rules).success());
}

TEST_CASE("a failure's cause stands below its heading", "[guard]") {
  Rules rules = k_rules;
  rules.ignore = {"^Warning: .* on line \\d+$"};
  const auto told = [&](const std::string& text) {
    std::string all;
    for (std::size_t size = 1; size <= text.size(); ++size) {
      LogScanner scanner(rules);
      for (std::size_t at = 0; at < text.size(); at += size)
        scanner.feed(text.substr(at, size), at_ms(0));
      scanner.finish(at_ms(0));
      const std::string line = scanner.failure_line().value_or("");
      if (all.empty()) all = line;
      if (line != all) return "differs: " + line;
    }
    return all;
  };
  CHECK(told("Errors in x:\n\n  no table\n\nmore\n") == "Errors in x: no table");
  CHECK(told("Errors in x: \r\nWarning: a on line 3\r\n\r\nno table") == "Errors in x: no table");
  CHECK(told("Errors in x:\nat:\n\nthe end\n\nmore") == "Errors in x: at: the end");
  CHECK(told("Errors in x:\na\n> Step...\nb\n") == "Errors in x: a");
  CHECK(told("Errors in x:\na\nErrors in y\n") == "Errors in x: a");
  CHECK(told("Errors in x:\n1\n2\n3\n4\n5\n") == "Errors in x: 1 2 3 4");
  CHECK(told("Errors in x\nmore\n") == "Errors in x");
  CHECK(told("Errors in x:\n\n") == "Errors in x:");
}

TEST_CASE("the last line of stderr", "[guard]") {
  LogScanner scanner(k_rules);
  CHECK(scanner.last_error().empty());
  scanner.feed_stderr("one\n\x1b[31mtwo\x1b[0m \n\n");
  CHECK(scanner.last_error() == "two");
  scanner.feed_stderr(std::string(1024UL * 1024, 'x') + "\nend");
  CHECK(scanner.last_error() == "end");
}

TEST_CASE("a line of stderr that a failure rule matches says more than the last one", "[guard]") {
  LogScanner scanner(k_rules);
  scanner.feed_stderr(
      "note\n\x1b[31mErrors in x: no table\x1b[0m \nErrors again\n#0 here\n#1 there\n\n");
  CHECK(scanner.last_error() == "Errors in x: no table");
  CHECK_FALSE(scanner.failure_line());
  CHECK_FALSE(scanner.says_done());
  scanner.feed("Errors on stdout\nmore\n", at_ms(0));  // the rules still hold for stderr
  CHECK(scanner.last_error() == "Errors in x: no table");
  CHECK(scanner.failure_line() == "Errors on stdout");
  scanner.feed_stderr(std::string(10'000, 'x') + "\n");
  CHECK(scanner.last_error() == "Errors in x: no table");
  scanner.feed_stderr(std::string(10'000, 'x') + "\nend\n");
  CHECK(scanner.last_error() == "end");
}

TEST_CASE("a line that is a whole step takes the time since the one before", "[guard]") {
  Rules rules{"", "", "^Done in ", {}};
  rules.step_line = R"(^(?:\.\.\.)?(.+?)(?: already exists\.|\.\.\.(?:done\.)?)$)";
  LogScanner scanner(rules);
  scanner.start(at_ms(1000));
  CHECK(scanner.step_since() == at_ms(1000));
  scanner.feed("...page table already exists.\nnoise\n", at_ms(1500));
  scanner.feed("Creating actor table...done.\n", at_ms(4000));
  CHECK(names(scanner) == std::vector<std::string>{"page table", "Creating actor table"});
  CHECK(scanner.steps()[0].seconds == 0.5);
  CHECK(scanner.steps()[1].seconds == 2.5);
  CHECK(scanner.step().empty());
  CHECK(scanner.step_since() == at_ms(4000));
}

TEST_CASE("a line in two parts opens its step with the first", "[guard]") {
  Rules rules{"", "", "", {}};
  rules.step_line = R"(^  Applying (\S+)\.\.\.(?: OK)?$)";
  LogScanner scanner(rules);
  scanner.start(at_ms(0));
  scanner.feed("  Applying auth.0001", at_ms(900));
  CHECK(scanner.step().empty());
  scanner.feed("_initial...", at_ms(1000));
  CHECK(scanner.step() == "auth.0001_initial");
  CHECK(scanner.steps_done() == 0);
  CHECK(scanner.step_since() == at_ms(0));
  scanner.feed(" OK\n", at_ms(3000));
  CHECK(scanner.step().empty());
  REQUIRE(scanner.steps().size() == 1);
  CHECK(scanner.steps()[0].seconds == 3);
  scanner.feed("  Applying auth.0002...", at_ms(3500));
  scanner.feed(" FAILED: no such table\n", at_ms(4000));  // its end decides
  CHECK(scanner.step().empty());
  CHECK(scanner.steps_done() == 1);
}

TEST_CASE("the first part of a line closes the step before, its end decides", "[guard]") {
  Rules rules{R"(^Migrating: (\S+))", "", "", {}};
  LogScanner scanner(rules);
  scanner.feed("Migrating: one\n", at_ms(1000));
  scanner.feed("Migrating: two", at_ms(3000));
  CHECK(scanner.step() == "two");
  CHECK(scanner.steps_done() == 1);
  REQUIRE(scanner.steps().size() == 1);
  CHECK(scanner.steps()[0].seconds == 2);
  scanner.feed("_b\n", at_ms(5000));
  CHECK(scanner.step() == "two_b");
  CHECK(scanner.step_since() == at_ms(3000));
  scanner.finish(at_ms(6000));
  CHECK(scanner.steps_done() == 1);
}

TEST_CASE("of very many steps the longest are kept", "[guard]") {
  LogScanner scanner(k_rules);
  for (int i = 0; i < 5000; ++i) {
    scanner.feed("> " + std::to_string(i) + "...\n", at_ms(i * 100L));
    if (i == 4000) scanner.feed("x\n", at_ms(i * 100L + 50));
  }
  CHECK(scanner.steps_done() == 4999);
  CHECK(scanner.steps().size() == 200);
  LogScanner one(k_rules);
  for (int i = 0; i < 300; ++i) {
    const std::int64_t at = i * 10 + (i > 250 ? 5000 : 0);
    one.feed("> " + std::to_string(i) + "...\n", at_ms(at));
  }
  CHECK(one.steps().back().name == "250");
  CHECK(one.steps().back().seconds == 5.01);
}
