// SPDX-License-Identifier: MIT
// The parts of nginx's file. Which request stops is decided by ws-gate.
#include "base/text.hpp"
#include "setup/gate/gate_template.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

using config::Gate;
using config::GateBy;

/// The workspace that the host names, in $upkeep_own.
std::string own_workspace(const Gate& gate) {
  std::string lines =
      "# The workspace that the host names. Its page exists on its own host only.\n";
  for (const std::string& host : gate.hosts) {
    const std::string name = replace_all(lower(host), ".", "\\.");
    lines += fmt::format(
        "if ($host ~ \"^{}$\") {{\n    set $upkeep_own $upkeep_label;\n}}\n",
        replace_all(name, "{workspace}", fmt::format("(?<upkeep_label>{})", config::k_gate_label)));
  }
  return lines + "\n";
}

std::string page_answer(const std::string& answer) {
  return gate_quoted(replace_all(replace_all(answer, "{status}", "/upkeep/{workspace}/status"),
                                 "{workspace}", "$upkeep_ws"));
}

}  // namespace

GateParts nginx_gate_parts(const Gate& gate) {
  const bool by_host = gate.by == GateBy::host;
  return {
      {"HOST", by_host ? own_workspace(gate) : ""},
      {"OWN", by_host ? "        if ($upkeep_own != $upkeep_named) {\n            return 404;\n"
                        "        }\n"
                      : ""},
      {"LANG", std::string(config::k_gate_lang)},
      {"SKIN", std::string(config::k_gate_skin)},
      {"ANSWER_DOCUMENT", page_answer(gate.answer)},
      {"ANSWER_CLOSED_DOCUMENT", page_answer(gate.answer_closed)},
  };
}

}  // namespace upkeep::setup
