// SPDX-License-Identifier: MIT
#include "patch/archive/descriptor.hpp"
#include "patch/archive/digest.hpp"
#include "patch/archive/finding.hpp"
#include "patch/archive/profile.hpp"
#include "patch/archive/readme.hpp"
#include "support.hpp"

using namespace upkeep;                  // NOLINT
using namespace upkeep::patch::archive;  // NOLINT
using Texts = std::vector<std::string>;

TEST_CASE("archive: patterns of paths") {
  REQUIRE(Glob("*.tmp").fits("a.tmp"));
  REQUIRE_FALSE(Glob("*.tmp").fits("d/a.tmp"));
  REQUIRE(Glob("bin/**").fits("bin/a/b"));
  REQUIRE(Glob("**.jar").fits("a/b/c.jar"));
  REQUIRE(Glob("a?c").fits("abc"));
  REQUIRE_FALSE(Glob("a?c").fits("a/c"));
  REQUIRE(Glob("a.c+(x)").fits("a.c+(x)"));
  REQUIRE_FALSE(Glob("a.c").fits("abc"));
  REQUIRE(Glob("*~").fits("x\ny~"));
  REQUIRE_FALSE(fits_any({}, "a"));
}

TEST_CASE("archive: a README as people write them") {
  const Readme readme = parse_readme(
      "\xef\xbb\xbfPatch ID\t:\tWSO2-CARBON-PATCH-4.4.0-0027\r\n"
      "Applies To       : esb-4.9.0, WSO2 CARBON-4.2.0;  IS 5\r\n"
      "Associated JIRA  : https://wso2.org/jira/browse/CARBON-1\r\n"
      "\t\thttps://wso2.org/jira/browse/CARBON-2\r\n"
      "\r\n\r\nDESCRIPTION\r\n-----------\r\nIt works.\r\n\r\n"
      "INSTALLATION INSTRUCTIONS\r\n-----\r\n(i) Copy the patch0027 to x\r\n");
  REQUIRE(readme.id == "WSO2-CARBON-PATCH-4.4.0-0027");
  REQUIRE(readme.applies == Texts{"esb-4.9.0", "WSO2 CARBON-4.2.0", "IS 5"});
  REQUIRE(readme.jiras ==
          Texts{"https://wso2.org/jira/browse/CARBON-1", "https://wso2.org/jira/browse/CARBON-2"});
  REQUIRE(readme.description == "It works.");
  REQUIRE(readme.installation == "(i) Copy the patch0027 to x");
  REQUIRE_FALSE(readme.is_other_kind());
}

TEST_CASE("archive: what a README lacks") {
  const Readme security = parse_readme("Patch ID: a\nAssociated JIRA :\n\nDESCRIPTION\n");
  REQUIRE(security.jiras == Texts{});
  REQUIRE_FALSE(security.applies);
  REQUIRE(security.description == "");
  REQUIRE_FALSE(security.installation);
  REQUIRE(parse_readme("Hello, this is the server.\n").is_other_kind());
  REQUIRE(parse_readme("").is_other_kind());
  // A field behind the description is text.
  REQUIRE_FALSE(parse_readme("DESCRIPTION\nPatch ID: a\n").id);
  REQUIRE(parse_readme("Patch ID: M\xfcller\n").id == "M\xc3\xbcller");
}

TEST_CASE("archive: JIRAs and products have spellings") {
  REQUIRE(jira_key("https://wso2.org/jira/browse/CARBON-14740") == "CARBON-14740");
  REQUIRE(jira_key("https://wso2.org/jira/browse/CARBON-14740/") == "CARBON-14740");
  REQUIRE(jira_key("carbon-7") == "CARBON-7");
  REQUIRE(jira_key("publicJIRA").empty());
  REQUIRE(product_key("WSO2 ESB 4.9.0") == product_key("esb-4.9.0"));
  REQUIRE(product_key("ESB 4.9.0") != product_key("ESB 4.9.1"));
}

TEST_CASE("archive: findings are bounded, and levels are obeyed") {
  Findings findings({{"junk", Level::warning}, {"hidden", Level::off}, {"name", Level::error}});
  for (int i = 0; i < 1000; ++i) findings.add("layout", std::string(10000, 'x'));
  REQUIRE(findings.all().size() == 501);
  REQUIRE(findings.all().back().detail == "500 more of these");
  REQUIRE(findings.all().front().detail.size() < 1000);
  Findings levels({{"junk", Level::warning}, {"hidden", Level::off}, {"name", Level::error}});
  levels.judged("hidden");
  levels.judged("empty");
  levels.add("junk", "a");
  levels.add("hidden", "b");
  REQUIRE_FALSE(levels.has_errors());
  REQUIRE(levels.all().size() == 1);
  REQUIRE(levels.proved("empty"));
  REQUIRE_FALSE(levels.proved("hidden"));   // nobody looks at it
  REQUIRE_FALSE(levels.proved("license"));  // nobody has judged it
  levels.add("name", "c", upkeep::patch::Severity::warning);
  REQUIRE(levels.has_errors());
}

TEST_CASE("archive: a note is neither for nor against a rule") {
  using upkeep::patch::Severity;
  Findings findings({{"digest", Level::error}, {"hidden", Level::off}});
  findings.judged("digest");
  findings.add("digest", "a", Severity::note);
  findings.add("signature", "b", Severity::note);
  findings.add("hidden", "c", Severity::note);
  REQUIRE_FALSE(findings.has_errors());
  REQUIRE(findings.proved("digest"));
  REQUIRE_FALSE(findings.proved("signature"));
  REQUIRE(findings.all().size() == 2);
  REQUIRE(to_word(findings.all().front().severity) == "note");
}

TEST_CASE("archive: a profile says what is wrong with it") {
  const std::string name = "name = \"P-{platform}-{number}\"\n";
  REQUIRE(parse_profile(name, "p.toml").limits.ratio == 200);
  REQUIRE(parse_profile(name + "[limits]\nratio = 7\ntotal = 1000\n", "p").limits.total == 1000);
  REQUIRE(parse_profile(name + "[severity]\njunk = \"off\"\n", "p").levels.at("junk") ==
          Level::off);
  for (const char* bad :
       {"", "name = \"no placeholder\"\n", "name = 1\n", "nonsense = 1\n",
        "[limits]\nentries = 1000001\n", "[severity]\nnone = \"off\"\n", "[tick]\nA = [\"none\"]\n",
        "[tick]\nA = []\n", "placeholders = [\"(\"]\n", "[license]\ndigests = [\"xyz\"]\n",
        "[changes]\ndirectory = \"a\"\n", "[[text]]\nfile = \"a\"\nrule = \"junk\"\n",
        "name = \n"}) {
    const bool has_name = std::string_view(bad).find("name") != std::string_view::npos;
    const bool is_empty = std::string_view(bad).empty();
    REQUIRE_THROWS_AS(
        parse_profile((has_name || is_empty ? "" : name) + std::string(bad), "p.toml"), DataError);
  }
}

TEST_CASE("archive: an update's descriptor") {
  const Descriptor one = parse_descriptor(
      "update_number: 0002\nfile_changes:\n  added_files:\n  - ./carbon.home/a/b.jar\n"
      "  - 'a/c d.jar'\n  removed_files: [old.jar]\n  modified_files:\n",
      "carbon.home");
  REQUIRE(one.lists);
  REQUIRE(one.added == std::set<std::string, std::less<>>{"a/b.jar", "a/c d.jar"});
  REQUIRE(one.removed.size() == 1);
  REQUIRE(one.modified.empty());
  const Descriptor three = parse_descriptor(
      "compatible_products:\n- product_name: esb\n  added_files: [x]\n"
      "partially_applicable_products:\n- product_name: is\n  modified_files: [y]\n",
      "carbon.home");
  REQUIRE(three.added.contains("x"));
  REQUIRE(three.modified.contains("y"));
  REQUIRE_FALSE(parse_descriptor("update_number: 1\n", "carbon.home").lists);
  // A million levels, and aliases of aliases: refused in no time.
  std::string laughs = "a: &a [x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [*" + char(c - 1) + ", *" + char(c - 1) + "]\n";
  }
  for (const std::string& bad :
       {std::string(), std::string("a: ["), std::string("- a\n"), std::string("\t\xff"),
        std::string(1000000, '['), laughs, std::string("file_changes:\n  added_files: x\n"),
        std::string("file_changes:\n  added_files: [[x]]\n")}) {
    REQUIRE_THROWS_AS(parse_descriptor(bad, "carbon.home"), DataError);
  }
}

TEST_CASE("archive: digests are those that everybody computes") {
  Digest md5("MD5");
  md5.feed("a");
  md5.feed("bc");
  REQUIRE(md5.hex() == "900150983cd24fb0d6963f7d28e17f72");
  Digest sha("SHA256");
  REQUIRE(sha.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  REQUIRE_THROWS_AS(digest_of(Fd(), "MD5"), Error);
}
