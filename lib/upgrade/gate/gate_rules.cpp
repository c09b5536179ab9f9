// SPDX-License-Identifier: MIT
#include "upgrade/gate/gate_rules.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::upgrade {

namespace {

using config::Gate;
using config::GateBy;

std::string root_of(const Gate& gate) {
  if (gate.by == GateBy::host) return "";
  if (gate.by == GateBy::table) return fmt::format("(?:/{}){{0,4}}", config::k_gate_segment);
  return "(?:" + join(gate.paths, "|") + ")";
}

/// A path of the profile, from the start.
std::string path_pattern(const Gate& gate, const std::string& path) {
  return "^" + replace_all(replace_all(path, "{root}", root_of(gate)), "{workspace}",
                           config::k_gate_name);
}

std::vector<Regex> all(const Gate& gate, const std::vector<std::string>& paths) {
  std::vector<Regex> compiled;
  compiled.reserve(paths.size());
  for (const std::string& path : paths) compiled.emplace_back(path_pattern(gate, path));
  return compiled;
}

std::vector<Regex> names_of(const Gate& gate) {
  std::vector<Regex> names;
  if (gate.by == GateBy::host) {
    for (const std::string& host : gate.hosts) {
      names.emplace_back(
          fmt::format("^{}$", replace_all(replace_all(lower(host), ".", "\\."), "{workspace}",
                                          fmt::format("({})", config::k_gate_label))));
    }
  } else if (gate.by == GateBy::path) {
    for (const std::string& path : gate.paths) {
      names.emplace_back(
          fmt::format("^{}(?:/|$)",
                      replace_all(path, "{workspace}", fmt::format("({})", config::k_gate_name))));
    }
  }
  return names;
}

std::optional<Regex> place_of(const Gate& gate) {
  if (gate.place.empty()) return std::nullopt;
  std::string place = path_pattern(gate, gate.place) + "(?:/|$)";
  place = replace_all(std::move(place), "{lang}", fmt::format("({})", config::k_gate_lang));
  place = replace_all(std::move(place), "{skin}", fmt::format("({})", config::k_gate_skin));
  return Regex(std::move(place));
}

bool is_read(const GateRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

/// Without port and the dot at the end.
std::string plain_host(const std::string& host) {
  std::string plain = lower(host.substr(0, host.find(':')));
  if (plain.ends_with('.')) plain.pop_back();
  return plain;
}

}  // namespace

GateRules::GateRules(const Gate& gate, IsFile is_file, FindSite find_site)
    : m_by(gate.by),
      m_is_file(std::move(is_file)),
      m_find_site(std::move(find_site)),
      m_names(names_of(gate)),
      m_programs(all(gate, gate.programs)),
      m_pass(all(gate, gate.pass)),
      m_pass_query(gate.pass_query),
      m_place(place_of(gate)) {
  m_files.reserve(gate.files.size());
  for (const config::GateFile& file : gate.files)
    m_files.push_back({Regex(path_pattern(gate, file.path) + "$"), file.file});
}

std::string GateRules::workspace_of(const GateRequest& request) const {
  static const Regex k_without("^/(?:\\.well-known/acme-challenge|upkeep-admin)(?:/|$)");
  if (m_by != GateBy::path && k_without.search(request.path)) return "";
  if (m_by == GateBy::table) {
    return m_find_site(request.host, request.path).value_or("");
  }
  const std::string text = m_by == GateBy::host ? plain_host(request.host) : request.path;
  std::string workspace;
  for (const Regex& name : m_names) {  // the last one wins, as in mod_rewrite
    if (const auto groups = name.groups(text)) workspace = groups->at(1);
  }
  return workspace;
}

bool GateRules::is_file_request(const GateRequest& request) const {
  static const Regex k_script(
      R"((?i)\.(?:php[0-9]*|phtml|phar|cgi|fcgi|pl|py|rb|sh|jspx?|aspx?)$)");
  const std::string root = request.document_root;
  if (!root.empty() && !k_script.search(request.path) && m_is_file(root + request.path))
    return true;
  if (!is_read(request)) return false;
  for (const FileRule& rule : m_files) {
    if (root.empty() || request.sent.find_first_of("?%") != std::string::npos) break;
    const auto groups = rule.path.groups(request.path);
    if (groups && m_is_file(root + "/" + replace_all(rule.file, "{file}", groups->at(1))))
      return true;
  }
  return m_pass_query.matches(request.query) &&
         std::any_of(m_pass.begin(), m_pass.end(),
                     [&](const Regex& pass) { return pass.search(request.path); });
}

bool GateRules::is_by_person(const GateRequest& request) const {
  static const Regex k_page(R"((?i)text/html|application/xhtml\+xml)");
  static const Regex k_anything(R"(^$|\*/\*)");
  static const Regex k_browser("^(?:Mozilla|Opera)/");
  static const Regex k_frame("(?i)(?:|document|iframe|frame|embed|object)");
  const auto is_program = [&](const Regex& path) { return path.search(request.path); };
  if (std::any_of(m_programs.begin(), m_programs.end(), is_program)) return false;
  if (lower(request.requested_with) == "xmlhttprequest") return false;
  if (!k_frame.matches(request.fetch_dest)) return false;
  return k_page.search(request.accept) || (is_read(request) && k_anything.search(request.accept) &&
                                           k_browser.search(request.user_agent));
}

std::optional<GateAim> GateRules::aim(const GateRequest& request) const {
  GateAim aim;
  aim.workspace = workspace_of(request);
  if (aim.workspace.empty() || is_file_request(request)) return std::nullopt;
  aim.by_person = is_by_person(request);
  aim.page = "/upkeep/" + aim.workspace + "/";
  if (m_place) {
    if (const auto groups = m_place->groups(request.path))
      aim.page += groups->at(1) + "/" + groups->at(2) + "/";
  }
  return aim;
}

}  // namespace upkeep::upgrade
