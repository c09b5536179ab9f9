// SPDX-License-Identifier: MIT
#include "upgrade/gate/gate_rules.hpp"
#include "upgrade/gate/site_table.hpp"

#include "catch2_compat.hpp"

#include <set>

using upkeep::config::Gate;
using upkeep::config::GateBy;
using upkeep::upgrade::GateRequest;
using upkeep::upgrade::GateRules;

namespace {

/// A browser's request for a page.
GateRequest page_request(const std::string& host, const std::string& path) {
  return {.method = "GET",
          .host = host,
          .path = path,
          .query = "",
          .sent = path,
          .accept = "text/html,*/*",
          .user_agent = "Mozilla/5.0",
          .requested_with = "",
          .fetch_dest = "document",
          .document_root = "/www"};
}

GateRules rules_of(const Gate& gate) {
  static const std::set<std::string> k_files{"/www/logo.png", "/www/index.php",
                                             "/www/../scripts/a.js"};
  return {gate, [](const std::string& path) { return k_files.contains(path); },
          [](const std::string& host, const std::string& path) -> std::optional<std::string> {
            if (host != "t.org") return std::nullopt;
            return "of" + path.substr(1);
          }};
}

/// `acme person`, `acme program`, or `passes`.
std::string aim_of(const Gate& gate, const GateRequest& request) {
  const auto aim = rules_of(gate).aim(request);
  if (!aim) return "passes";
  return aim->workspace + (aim->by_person ? " person" : " program");
}

Gate host_gate() {
  Gate gate;
  gate.by = GateBy::host;
  gate.hosts = {"{workspace}.Example.org"};
  gate.programs = {R"({root}/api\.php(?:/|$))"};
  gate.pass = {R"({root}/load\.php$)"};
  gate.pass_query = "[a-z=]*";
  return gate;
}

Gate path_gate() {
  Gate gate;
  gate.paths = {"/sys{workspace}", "/{workspace}/oauth2"};
  gate.place = "/sys{workspace}/{lang}/{skin}";
  gate.files = {{.path = R"({root}/(.+\.js))", .file = "../scripts/{file}"}};
  return gate;
}

}  // namespace

TEST_CASE("a host names the workspace, however it is spelled", "[gate]") {
  for (const char* host :
       {"acme.example.org", "ACME.EXAMPLE.ORG", "acme.example.org.", "acme.example.org:80"})
    CHECK(aim_of(host_gate(), page_request(host, "/")) == "acme person");
  for (const char* host :
       {"example.org", "a.acme.example.org", "acme.example.org.evil", "acmeXexampleXorg", ""})
    CHECK(aim_of(host_gate(), page_request(host, "/")) == "passes");
  CHECK(aim_of(host_gate(), page_request("acme.example.org", "/.well-known/acme-challenge/x")) ==
        "passes");
}

TEST_CASE("files pass, scripts and pages by their names do not", "[gate]") {
  const auto at = [](const std::string& path) {
    return aim_of(host_gate(), page_request("acme.example.org", path));
  };
  CHECK(at("/logo.png") == "passes");
  CHECK(at("/other.png") == "acme person");
  CHECK(at("/index.php") == "acme person");
  CHECK(at("/load.php") == "passes");
  CHECK(at("/load.php/x") == "acme person");
  GateRequest request = page_request("acme.example.org", "/load.php");
  request.query = "a=b/c";
  CHECK(aim_of(host_gate(), request) == "acme person");
  request.query = "a=b";
  request.method = "POST";
  CHECK(aim_of(host_gate(), request) == "acme person");
}

TEST_CASE("files outside the document root pass as they were sent", "[gate]") {
  GateRequest request = page_request("", "/sysacme/a.js");
  CHECK(aim_of(path_gate(), request) == "passes");
  request.sent = "/sysacme/a.js?";
  CHECK(aim_of(path_gate(), request) == "acme person");
  request.sent = "/sysacme/a.%6as";
  CHECK(aim_of(path_gate(), request) == "acme person");
  CHECK(aim_of(path_gate(), page_request("", "/sysacme/b.js")) == "acme person");
}

TEST_CASE("a path names the workspace, and where its page is", "[gate]") {
  const auto page = [](const std::string& path) {
    const auto aim = rules_of(path_gate()).aim(page_request("any", path));
    return aim ? aim->page : "";
  };
  CHECK(page("/sysacme/en/blue/cases") == "/upkeep/acme/en/blue/");
  CHECK(page("/sysacme/en/blue") == "/upkeep/acme/en/blue/");
  CHECK(page("/sysacme/english") == "/upkeep/acme/");
  CHECK(page("/sysacme") == "/upkeep/acme/");
  CHECK(page("/sysacme/a\nb") == "/upkeep/acme/");
  CHECK(page("/acme/oauth2/x") == "/upkeep/acme/");
  for (const char* path : {"/", "/acme", "/sys", "/x/sysacme", "/sysa cme/"})
    CHECK(page(path).empty());
}

TEST_CASE("what loads a page is a person, all else a program", "[gate]") {
  GateRequest request = page_request("acme.example.org", "/");
  const auto aim = [&] { return aim_of(host_gate(), request); };
  request.fetch_dest = "image";
  CHECK(aim() == "acme program");
  request.fetch_dest = "IFrame";
  CHECK(aim() == "acme person");
  request.requested_with = "XMLHttpRequest";
  CHECK(aim() == "acme program");
  request = page_request("acme.example.org", "/");
  request.accept = "*/*";
  CHECK(aim() == "acme person");
  request.method = "POST";
  CHECK(aim() == "acme program");
  request.method = "GET";
  request.user_agent = "curl/8";
  CHECK(aim() == "acme program");
  CHECK(aim_of(host_gate(), page_request("acme.example.org", "/api.php")) == "acme program");
  CHECK(aim_of(host_gate(), page_request("acme.example.org", "/api.phpx")) == "acme person");
}

TEST_CASE("a table is asked with host and path", "[gate]") {
  Gate gate;
  gate.by = GateBy::table;
  gate.programs = {"{root}/api"};
  CHECK(aim_of(gate, page_request("t.org", "/x")) == "ofx person");
  CHECK(aim_of(gate, page_request("t.org", "/x/y/api")) == "ofx/y/api program");
  CHECK(aim_of(gate, page_request("u.org", "/x")) == "passes");
}

TEST_CASE("a line of the table is an address and a workspace", "[gate]") {
  using upkeep::upgrade::parse_site_table;
  const auto parsed = parse_site_table(
      "# all\nWWW.a.org\tacme\r\nb.org/x/y/  globex # why\nbroken\na b c\n/x nohost\nc.org.\tlast");
  const auto& sites = parsed.sites;
  CHECK(parsed.malformed == std::vector<int>{4, 5, 6});
  CHECK(sites.size() == 3);
  CHECK(sites.at("www.a.org") == "acme");
  CHECK(sites.at("b.org/x/y") == "globex");
  CHECK(sites.at("c.org") == "last");
}

TEST_CASE("an address is looked up without port, dot, case and further segments", "[gate]") {
  using upkeep::upgrade::site_key;
  CHECK(site_key("A.org.:80", "") == "a.org");
  CHECK(site_key("a.org", "/") == "a.org");
  CHECK(site_key("a.org", "/X/y/") == "a.org/X/y");
  CHECK(site_key("a.org", "/1/2/3/4/5") == "a.org/1/2/3/4");
  CHECK(site_key("[::1]:80", "/a") == "[::1]/a");
}
