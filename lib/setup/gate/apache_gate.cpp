// SPDX-License-Identifier: MIT
// The parts of Apache's file. Patterns of mod_rewrite are quoted, but nothing in them is escaped.
#include "base/text.hpp"
#include "setup/gate/gate_template.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

using config::Gate;
using config::GateBy;

constexpr std::string_view k_name = "${UPKEEP_NAME}";

/// Alternatives that name the workspace; nothing by host.
std::string root_of(const Gate& gate) {
  if (gate.by == GateBy::host) return "";
  if (gate.by == GateBy::table) return fmt::format("(?:/{}){{0,4}}", config::k_gate_segment);
  std::vector<std::string> paths;
  for (const std::string& path : gate.paths)
    paths.push_back(replace_all(path, "{workspace}", k_name));
  return "(?:" + join(paths, "|") + ")";
}

/// A pattern of paths as mod_rewrite has it.
std::string pattern_of(const Gate& gate, const std::string& path) {
  return "^" + replace_all(replace_all(path, "{root}", root_of(gate)), "{workspace}", k_name);
}

std::string host_pattern(const std::string& host) {
  const std::string name = replace_all(host, ".", "\\.");
  return fmt::format("^{}\\.?(?::[0-9]+)?$",
                     replace_all(name, "{workspace}", fmt::format("({})", config::k_gate_label)));
}

/// Finds the workspace of the host before anything else: its page exists there only.
std::string own_page(const Gate& gate) {
  std::string lines =
      "# The workspace that the host names. Its page exists on its own host only.\n"
      "RewriteMap upkeep-lower int:tolower\n";
  for (const std::string& host : gate.hosts) {
    lines += fmt::format(
        "RewriteCond \"%{{HTTP_HOST}}\" \"{}\" [NC]\n"
        "RewriteRule \"^\" \"-\" [E=UPKEEP_OWN:${{upkeep-lower:%1}}]\n",
        host_pattern(host));
  }
  lines +=
      R"apache(RewriteCond "%{ENV:UPKEEP_OWN}/$1" "!^([^/]+)/\1$"
RewriteRule "^/upkeep/(?!(?:base\.css|page\.css|page\.js|texts\.tsv)$)(${UPKEEP_NAME})(?:/|$)" "-" [R=404,L]
RewriteCond "%{QUERY_STRING}" "(?:^|&)ws=([^&]*)"
RewriteCond "%{ENV:UPKEEP_OWN}/%1" "!^([^/]+)/\1$"
RewriteRule "^/upkeep-cgi/" "-" [R=404,L]

)apache";
  return lines;
}

std::string workspace_rules(const Gate& gate) {
  // The paths of certificate authorities have no workspace.
  constexpr std::string_view k_but_challenge =
      "RewriteRule \"^/(?:\\.well-known/acme-challenge|upkeep-admin)(?:/|$)\" \"-\" "
      "[E=!UPKEEP_WS]\n";
  if (gate.by == GateBy::host) {
    return fmt::format(
        "RewriteCond \"%{{ENV:UPKEEP_OWN}}\" \"^(.+)$\"\n"
        "RewriteRule \"^\" \"-\" [E=UPKEEP_WS:%1]\n{}",
        k_but_challenge);
  }
  if (gate.by == GateBy::table) {
    return fmt::format(
        "# The map program reads the table.\n"
        "RewriteMap upkeep-lower int:tolower\n"
        "RewriteCond \"%{{HTTP_HOST}}\" \"^([A-Za-z0-9.-]{{1,253}})(?::[0-9]+)?$\"\n"
        "RewriteRule \"^\" \"-\" [E=UPKEEP_OWN:${{upkeep-lower:%1}}]\n"
        "RewriteCond \"%{{REQUEST_URI}}\" \"^((?:/{}(?![^/])){{0,4}})\"\n"
        "RewriteCond \"${{upkeep-state:site/%{{ENV:UPKEEP_OWN}}%1|none}}\" \"^=({})$\"\n"
        "RewriteRule \"^\" \"-\" [E=UPKEEP_WS:%1]\n{}",
        config::k_gate_segment, k_name, k_but_challenge);
  }
  std::string lines;
  for (const std::string& path : gate.paths) {
    lines += fmt::format("RewriteRule \"^{}(?:/|$)\" \"-\" [E=UPKEEP_WS:$1]\n",
                         replace_all(path, "{workspace}", fmt::format("({})", k_name)));
  }
  return lines;
}

std::string pass_rules(const Gate& gate) {
  std::string lines;
  for (const config::GateFile& file : gate.files) {
    lines += fmt::format(
        "# Files that the application sends before it opens the workspace, unless there is a "
        "query:\n"
        "RewriteCond \"%{{ENV:UPKEEP_WS}}\" \".\"\n"
        "RewriteCond \"%{{THE_REQUEST}}\" \"^(?:GET|HEAD) [^ ?%]+ \"\n"
        "RewriteCond \"%{{DOCUMENT_ROOT}}/{}\" \"-f\"\n"
        "RewriteRule \"{}$\" \"-\" [E=!UPKEEP_WS]\n",
        replace_all(file.file, "{file}", "$1"), pattern_of(gate, file.path));
  }
  if (!gate.pass.empty()) lines += "# Whatever the state of their workspace:\n";
  for (const std::string& pass : gate.pass) {
    lines += fmt::format(
        "RewriteCond \"%{{ENV:UPKEEP_WS}}\" \".\"\n"
        "RewriteCond \"%{{REQUEST_METHOD}}\" \"^(?:GET|HEAD)$\"\n"
        "RewriteCond \"%{{QUERY_STRING}}\" \"^(?:{})$\"\n"
        "RewriteRule \"{}\" \"-\" [E=!UPKEEP_WS]\n",
        gate.pass_query, pattern_of(gate, pass));
  }
  return lines;
}

/// What the page gets besides the workspace.
std::string place_rule(const Gate& gate) {
  if (gate.place.empty()) return "";
  std::string place = pattern_of(gate, gate.place);
  place = replace_all(std::move(place), "{lang}", fmt::format("({})", config::k_gate_lang));
  place = replace_all(std::move(place), "{skin}", fmt::format("({})", config::k_gate_skin));
  return fmt::format(
      "RewriteCond \"%{{ENV:UPKEEP_WAIT}}\" \"^person$\"\n"
      "RewriteRule \"{}(?:/|$)\" \"/upkeep/%{{ENV:UPKEEP_WS}}/$1/$2/\" [R=303,QSD,L]\n",
      place);
}

/// The answer as a text of ErrorDocument.
std::string document(const std::string& answer) {
  return gate_quoted(replace_all(replace_all(answer, "{status}", "/upkeep/{workspace}/status"),
                                 "{workspace}", "%{reqenv:UPKEEP_WS}"));
}

}  // namespace

GateParts apache_gate_parts(const Gate& gate) {
  std::string programs;
  for (const std::string& path : gate.programs) {
    programs +=
        fmt::format("RewriteRule \"{}\" \"-\" [E=UPKEEP_FOR:program]\n", pattern_of(gate, path));
  }
  return {
      {"HOST", gate.by == GateBy::host ? own_page(gate) : ""},
      {"WORKSPACE", workspace_rules(gate)},
      {"PROGRAMS", programs},
      {"PASS", pass_rules(gate)},
      {"PLACE", place_rule(gate)},
      {"ANSWER_DOCUMENT", document(gate.answer)},
      {"ANSWER_CLOSED_DOCUMENT", document(gate.answer_closed)},
  };
}

}  // namespace upkeep::setup
