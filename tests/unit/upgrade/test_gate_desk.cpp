// SPDX-License-Identifier: MIT
#include "upgrade/gate/gate_desk.hpp"

#include "catch2_compat.hpp"

#include <map>

using upkeep::config::Gate;
using upkeep::config::GateBy;
using upkeep::upgrade::GateDesk;
using upkeep::upgrade::GateVerdict;

namespace {

/// What the map program says; `unknown` to all other questions.
using Said = std::map<std::string, std::string>;

GateVerdict judge(GateBy by, const Said& said, const std::string& path, const std::string& accept) {
  Gate gate;
  gate.by = by;
  gate.paths = {"/wiki/{workspace}"};
  const GateDesk desk(gate, [&](const std::string& question) {
    const auto found = said.find(question);
    return found == said.end() ? "unknown" : found->second;
  });
  return desk.judge({.method = "GET",
                     .host = "a.org",
                     .path = path,
                     .query = "",
                     .sent = path,
                     .accept = accept,
                     .user_agent = "",
                     .requested_with = "",
                     .fetch_dest = "",
                     .document_root = ""});
}

}  // namespace

TEST_CASE("only a workspace that waits stops a request", "[gate]") {
  for (const char* state : {"pending", "failed", "queued", "running"}) {
    const auto verdict = judge(GateBy::path, {{"acme", state}}, "/wiki/acme/x", "text/html");
    CHECK_FALSE(verdict.passes);
    CHECK(verdict.workspace == "acme");
    CHECK(verdict.page == "/upkeep/acme/");
    CHECK(verdict.word.empty());
  }
  for (const char* state : {"upgraded", "held", "unknown", ""})
    CHECK(judge(GateBy::path, {{"acme", state}}, "/wiki/acme/x", "text/html").passes);
  CHECK(judge(GateBy::path, {{"acme", "pending"}}, "/acme", "text/html").passes);
}

TEST_CASE("a program learns whether its request queues the upgrade", "[gate]") {
  const auto word = [](const Said& said) {
    const auto verdict = judge(GateBy::path, said, "/wiki/acme", "*/*");
    CHECK(verdict.page.empty());
    return verdict.word;
  };
  CHECK(word({{"acme", "pending"}}) == "ask");
  CHECK(word({{"acme", "failed"}}) == "ask");
  CHECK(word({{"acme", "queued"}, {"closed/acme", "open"}}) == "wait");
  CHECK(word({{"acme", "queued"}, {"closed/acme", "closed"}}) == "closed");
  CHECK(word({{"acme", "running"}, {"closed/acme", "closed"}}) == "wait");
}

TEST_CASE("the table is asked for what can be in it", "[gate]") {
  const auto question_of = [](const std::string& path) {
    Gate gate;
    gate.by = GateBy::table;
    std::string asked;
    const GateDesk desk(gate, [&](const std::string& question) {
      asked = question;
      return "none";
    });
    CHECK(desk.judge({.method = "GET",
                      .host = "a.org",
                      .path = path,
                      .query = "",
                      .sent = path,
                      .accept = "text/html",
                      .user_agent = "",
                      .requested_with = "",
                      .fetch_dest = "",
                      .document_root = ""})
              .passes);
    return asked;
  };
  CHECK(question_of("/x") == "site/a.org/x");
  CHECK(question_of("/") == "site/a.org");
  CHECK(question_of("/x/1/2/3/4/5") == "site/a.org/x/1/2/3");
  CHECK(question_of("/x/" + std::string(5000, 'y')) == "site/a.org/x");
  CHECK(question_of("/x/a\nb") == "site/a.org/x");
  const Said said{{"site/a.org/x", "=acme"}, {"acme", "pending"}};
  CHECK_FALSE(judge(GateBy::table, said, "/x", "text/html").passes);
}

TEST_CASE("a visitor of the page is refused for a reason", "[gate]") {
  std::string said = "ask";
  const GateDesk desk(Gate{}, [&](const std::string& question) {
    CHECK(question == "page/acme/192.0.2.1");
    return said;
  });
  CHECK(desk.page("acme", "192.0.2.1").passes);
  said = "unknown";  // nothing answers: the programs decide
  CHECK(desk.page("acme", "192.0.2.1").passes);
  for (const char* word : {"none", "busy"}) {
    said = word;
    CHECK_FALSE(desk.page("acme", "192.0.2.1").passes);
    CHECK(desk.page("acme", "192.0.2.1").word == word);
  }
}
