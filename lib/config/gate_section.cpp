// SPDX-License-Identifier: MIT
// Configuration of the gate: [profile.NAME.gate]. What is accepted here can be written to the
// configuration of a web server: no value ends a quoted text, a line or a pattern, or is expanded.
#include "base/regex.hpp"
#include "base/text.hpp"
#include "config/gate.hpp"
#include "config/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::config {

namespace {

using Words = std::vector<std::string>;

/// Refuses what has a meaning to a web server wherever it is written.
void check_harmless(const TomlTable& section, const std::string& key, const std::string& value,
                    std::string_view forbidden) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      section.fail(key, "must not contain control characters");
    }
    if (forbidden.find(c) != std::string_view::npos) {
      section.fail(key, fmt::format("must not contain {}", c),
                   "it would end up in the configuration of a web server");
    }
  }
  for (const std::string_view expanded : {"${", "%{"}) {
    if (value.find(expanded) != std::string::npos) {
      section.fail(key, fmt::format("must not contain {}", expanded),
                   "a web server would expand it");
    }
  }
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Refuses `{word}` unless it is one of `known`.
void check_placeholders(const TomlTable& section, const std::string& key, const std::string& value,
                        const Words& known) {
  static const Regex k_placeholder(R"((\{[A-Za-z_]+\}))");
  std::string rest = value;
  for (const std::string& one : known) rest = replace_all(std::move(rest), one, "");
  if (const auto unknown = k_placeholder.groups(rest)) {
    const std::string& name = unknown->at(1);
    section.fail(key, fmt::format("{} is unknown", name),
                 known.empty() ? "nothing is replaced here"
                               : did_you_mean(name, known, "known: " + join(known, ", ")));
  }
}

/// A pattern of paths. @param groups how many it must have
void check_pattern(const TomlTable& section, const std::string& key, const std::string& pattern,
                   std::size_t groups, const Words& known) {
  check_harmless(section, key, pattern, "\"");
  check_placeholders(section, key, pattern, known);
  std::string compiled = pattern;
  for (const std::string& one : known) compiled = replace_all(std::move(compiled), one, "x");
  std::size_t found = 0;
  try {
    const Regex alone(compiled);  // it must not be completed by what follows
    found = Regex("(?:" + compiled + ")|").groups("").value().size() - 1;
  } catch (const Error& error) {
    section.fail(key, error.what());
  }
  if (found != groups) {
    section.fail(key,
                 fmt::format("'{}' has {} group{}, and must have {}", printable(pattern), found,
                             found == 1 ? "" : "s", groups == 0 ? "none" : "one"),
                 "write (?:...) for parentheses that only group");
  }
}

void read_hosts(TomlTable& section, Gate& gate) {
  section.texts("hosts", gate.hosts);
  static const Regex k_host(R"((?:[A-Za-z0-9.-]*\{workspace\}[A-Za-z0-9.-]*))");
  for (const std::string& host : gate.hosts) {
    check_placeholders(section, "hosts", host, {"{workspace}"});
    if (!k_host.matches(host) || count(host, "{workspace}") != 1) {
      section.fail("hosts",
                   fmt::format("'{}' is not a host name with {{workspace}} once", printable(host)),
                   "like {workspace}.example.org");
    }
  }
}

void read_paths(TomlTable& section, Gate& gate) {
  section.texts("paths", gate.paths);
  section.texts("programs", gate.programs);
  section.texts("pass", gate.pass);
  section.text("pass_query", gate.pass_query);
  section.text("place", gate.place);
  for (const std::string& path : gate.paths) {
    check_pattern(section, "paths", path, 0, {"{workspace}"});
    if (!path.starts_with('/') || count(path, "{workspace}") != 1) {
      section.fail("paths",
                   fmt::format("'{}' is not a path with {{workspace}} once", printable(path)),
                   "like /wiki/{workspace}");
    }
  }
  for (const auto& [key, patterns] :
       {std::pair{"programs", &gate.programs}, {"pass", &gate.pass}}) {
    for (const std::string& one : *patterns)
      check_pattern(section, key, one, 0, {"{workspace}", "{root}"});
  }
  check_pattern(section, "pass_query", gate.pass_query, 0, {});
  if (gate.place.empty()) return;
  check_pattern(section, "place", gate.place, 0, {"{workspace}", "{root}", "{lang}", "{skin}"});
  const auto lang = gate.place.find("{lang}"), skin = gate.place.find("{skin}");
  if (lang == std::string::npos || skin == std::string::npos || skin < lang ||
      count(gate.place, "{lang}") + count(gate.place, "{skin}") != 2) {
    section.fail("place", "{lang} and, after it, {skin} must appear once",
                 "like {root}/{lang}/{skin}");
  }
}

void read_files(TomlTable& section, Gate& gate) {
  static const Regex k_file(R"([A-Za-z0-9._~/-]*\{file\})");
  section.tables("files", [&](TomlTable& one) {
    GateFile file;
    one.text("path", file.path);
    one.text("file", file.file);
    check_pattern(one, "path", file.path, 1, {"{workspace}", "{root}"});
    if (!k_file.matches(file.file)) {
      one.fail("file", "is not a path relative to the document root that ends with {file}",
               "like ../scripts/{file}");
    }
    gate.files.push_back(std::move(file));
  });
}

void read_answers(TomlTable& section, Gate& gate) {
  section.text("login", gate.login);
  section.text("answer", gate.answer);
  if (section.has("answer")) gate.answer_closed = gate.answer;
  section.text("answer_closed", gate.answer_closed);
  section.text("answer_type", gate.answer_type);
  static const Regex k_login("(?:/|https?://)[^ <>]*");
  check_harmless(section, "login", gate.login, "\"'\\$");
  check_placeholders(section, "login", gate.login, {"{workspace}", "{lang}", "{skin}"});
  if (!k_login.matches(gate.login)) {
    section.fail("login", "is not an address", "like /login, or https://example.org/login");
  }
  for (const auto& [key, answer] :
       {std::pair{"answer", &gate.answer}, {"answer_closed", &gate.answer_closed}}) {
    check_harmless(section, key, *answer, "\\$%");
    check_placeholders(section, key, *answer, {"{workspace}", "{status}"});
  }
  static const Regex k_type("[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+(?:; ?[A-Za-z0-9-]+=[A-Za-z0-9._-]+)*");
  if (!k_type.matches(gate.answer_type)) {
    section.fail("answer_type", "is not a media type", "like application/json");
  }
}

}  // namespace

void read_gate(TomlTable& section, Gate& gate) {
  section.word("workspace", gate.by, {"path", "host", "table"});
  section.path("table", gate.table);
  read_hosts(section, gate);
  read_paths(section, gate);
  read_files(section, gate);
  read_answers(section, gate);
}

}  // namespace upkeep::config
