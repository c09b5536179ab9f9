// SPDX-License-Identifier: MIT
#include "setup/gate/gate_file.hpp"

#include "base/helpers.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "setup/assets.hpp"
#include "setup/gate/gate_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace upkeep::setup {

namespace {

/// Where the helpers of the tools in PREFIX/bin are, or where this build installs them.
std::filesystem::path helpers_below(const std::filesystem::path& prefix) {
  const auto binaries = prefix / "bin";
  if (const auto found = find_helper(binaries, "ws-visitor")) return found->parent_path();
  return helper_directories(binaries).at(1);
}

/// What a gate cannot do without. @throws ConfigError naming the key
void require_addresses(const config::Config& config, const config::Gate& gate) {
  const auto fail = [&](std::string_view key, std::string_view why, std::string_view advice) {
    throw ConfigError(fmt::format("{}: [profile.{}.gate] {}: {}",
                                  config.file.empty() ? "no upkeep.toml" : config.file.string(),
                                  config.upgrade.profile, key, why),
                      std::string(advice));
  };
  const std::string status_dir = config.web.status_dir.string();
  static const Regex k_plain("[A-Za-z0-9._/-]*");
  if (!k_plain.matches(status_dir)) {
    throw ConfigError(
        fmt::format("{}: [web] status_dir: cannot be written to a web server's configuration",
                    config.file.string()),
        "use a path of letters, digits and ._-/");
  }
  switch (gate.by) {
    case config::GateBy::path:
      if (gate.paths.empty())
        fail("paths", "missing: nothing says which addresses have a workspace",
             "set paths like [\"/{workspace}\"], or workspace = \"host\" and hosts");
      break;
    case config::GateBy::host:
      if (gate.hosts.empty())
        fail("hosts", "required with workspace = \"host\"",
             "set hosts like [\"{workspace}.example.org\"]");
      break;
    case config::GateBy::table:
      if (gate.table.empty())
        fail("table", "required with workspace = \"table\"",
             "set table to a file with lines HOST[/PATH] TAB WORKSPACE");
      break;
  }
}

}  // namespace

std::string fill_gate_template(std::string_view name, const GateParts& parts) {
  const auto& all = assets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Asset& one) { return one.name == name; });
  if (found == all.end()) throw std::logic_error("no such template");
  constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  std::string filled;
  std::string_view rest = found->text;
  for (auto at = rest.find('@'); at != std::string_view::npos; at = rest.find('@')) {
    const auto end = rest.find_first_not_of(k_letters, at + 1);
    if (end == std::string_view::npos || rest[end] != '@' || end == at + 1) {
      filled.append(rest.substr(0, at + 1));
      rest.remove_prefix(at + 1);
      continue;
    }
    const auto part = parts.find(rest.substr(at + 1, end - at - 1));
    if (part == parts.end()) throw std::logic_error("a part of the template is missing");
    const bool begins_line =
        at == 0 ? filled.empty() || filled.back() == '\n' : rest[at - 1] == '\n';
    const bool is_line = begins_line && end + 1 < rest.size() && rest[end + 1] == '\n';
    filled.append(rest.substr(0, at)).append(part->second);
    rest.remove_prefix(end + (is_line ? 2 : 1));
  }
  return filled.append(rest);
}

std::string gate_quoted(const std::string& value) {
  return replace_all(replace_all(value, "\\", "\\\\"), "\"", "\\\"");
}

GateParts common_gate_parts(const config::Config& config, const std::filesystem::path& prefix) {
  const config::Gate& gate = config.profiles.at(config.upgrade.profile).gate;
  const auto& status_dir = config.web.status_dir;
  return {
      {"PROFILE", config.upgrade.profile},
      {"PREFIX", prefix.string()},
      {"HELPERS", helpers_below(prefix).string()},
      {"STATUS_DIR", status_dir.empty() ? "/run/upkeep" : status_dir.string()},
      {"NAME", std::string(config::k_gate_name)},
      {"LOGIN", gate_quoted(gate.login)},
      {"ANSWER", gate_quoted(gate.answer)},
      {"ANSWER_CLOSED", gate_quoted(gate.answer_closed)},
      {"ANSWER_TYPE", gate.answer_type},
  };
}

std::string gate_file(const config::Config& config, WebServer server,
                      const std::filesystem::path& prefix) {
  const config::Gate& gate = config.profiles.at(config.upgrade.profile).gate;
  require_addresses(config, gate);
  GateParts parts = common_gate_parts(config, prefix);
  parts.merge(server == WebServer::apache ? apache_gate_parts(gate) : nginx_gate_parts(gate));
  return fill_gate_template(server == WebServer::apache ? "apache.conf" : "nginx.conf", parts);
}

}  // namespace upkeep::setup
