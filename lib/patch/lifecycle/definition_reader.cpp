// SPDX-License-Identifier: MIT
#include "patch/lifecycle/definition_reader.hpp"

#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/state_reader.hpp"
#include "patch/lifecycle/unread.hpp"
#include "patch/model/patch.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

namespace upkeep::patch::lifecycle {

using xml::attribute;
using xml::elements;
using xml::local_name;

namespace {

constexpr std::size_t k_longest_name = 100;
constexpr std::size_t k_most_states = 2000;
constexpr std::size_t k_largest_mib = 4;

class Reader {
 public:
  explicit Reader(const std::string& name) { m_definition.name = name; }

  Reading read(const std::string& bytes) {
    if (auto fault = m_xml.parse(bytes, {.largest_mib = k_largest_mib})) {
      add_clause(fault->what, fault->advice);
      add(Severity::error, "malformed", fault->line, fault->what);
    } else {
      root(m_xml.root());
      find_unread(m_xml.root(), m_xml.lines(), m_findings);
    }
    std::stable_sort(m_findings.begin(), m_findings.end(),
                     [](const Finding& a, const Finding& b) { return a.line < b.line; });
    return {std::move(m_definition), std::move(m_findings), m_xml.text()};
  }

 private:
  void add(Severity severity, const char* rule, long line, std::string detail) {
    m_findings.push_back({severity, rule, std::move(detail), line});
  }
  void malformed(const pugi::xml_node& node, std::string detail) {
    add(Severity::error, "malformed", m_xml.lines().of(node), std::move(detail));
  }
  /// The only child called `name`; others are reported.
  pugi::xml_node descend(const pugi::xml_node& node, const std::string& name) {
    pugi::xml_node found;
    for (const pugi::xml_node& child : elements(node)) {
      if (local_name(child) == name && !found) {
        found = child;
      } else {
        unknown(child, node);
      }
    }
    return found;
  }
  void unknown(const pugi::xml_node& child, const pugi::xml_node& parent) {
    add(Severity::warning, "unknown-element", m_xml.lines().of(child),
        fmt::format("<{}> in <{}> is not read", printable(child.name()), printable(parent.name())));
  }

  void root(const pugi::xml_node& node) {
    const std::string name = local_name(node);
    if (name == "aspect") {
      aspect(node);
    } else if (name == "configuration") {
      configuration(node);
    } else if (name == "lifecycle") {
      lifecycle_element(node);
    } else if (name == "scxml") {
      scxml(node);
    } else {
      malformed(node, fmt::format("<{}> is not a lifecycle: expected <aspect> or <lifecycle>",
                                  printable(node.name())));
    }
  }

  void aspect(const pugi::xml_node& node) {
    if (const std::string name = attribute(node, "name"); !name.empty()) m_definition.name = name;
    m_definition.class_name = attribute(node, "class");
    static const std::set<std::string> k_known{"DefaultLifeCycle", "ChecklistLifeCycle"};
    if (!m_definition.class_name.empty() &&
        !k_known.contains(short_class(m_definition.class_name))) {
      add(Severity::warning, "unknown-class", m_xml.lines().of(node),
          fmt::format("{}: read as if it were DefaultLifeCycle",
                      printable(m_definition.class_name)));
    }
    if (m_definition.name.size() > k_longest_name) malformed(node, "the name is too long");
    const auto child = descend(node, "configuration");
    if (child) {
      configuration(child);
    } else {
      malformed(node, "an aspect without <configuration>");
    }
  }

  void configuration(const pugi::xml_node& node) {
    const auto child = descend(node, "lifecycle");
    if (child) {
      lifecycle_element(child);
    } else if (attribute(node, "type") == "resource") {
      malformed(node,
                "the lifecycle is elsewhere in a registry (type=\"resource\"); give that file");
    } else {
      malformed(node, "a configuration without <lifecycle>");
    }
  }

  void lifecycle_element(const pugi::xml_node& node) {
    if (!elements(node, "state").empty()) {
      checklist(node);
    } else if (const auto child = descend(node, "scxml")) {
      scxml(child);
    } else {
      no_state(node);
    }
  }

  void no_state(const pugi::xml_node& node) {
    add(Severity::error, "no-state", m_xml.lines().of(node), "a lifecycle without states");
  }

  void scxml(const pugi::xml_node& node) {
    for (const pugi::xml_node& child : elements(node)) {
      if (local_name(child) != "state") {
        unknown(child, node);
      } else if (m_definition.states.size() >= k_most_states) {
        malformed(child, fmt::format("more than {} states", k_most_states));
        return;
      } else if (admit(child, attribute(child, "id"))) {
        m_definition.states.push_back(StateReader(m_xml.lines(), m_findings).read(child));
      }
    }
    std::string initial = attribute(node, "initialstate");
    if (initial.empty()) initial = attribute(node, "initial");
    finish(node, initial);
  }

  /// States in the file's order: Promote is the next one, Demote the one before; all items must be
  /// ticked to go on, none to go back.
  void checklist(const pugi::xml_node& node) {
    for (const pugi::xml_node& child : elements(node)) {
      if (local_name(child) != "state") {
        unknown(child, node);
        continue;
      }
      if (m_definition.states.size() >= k_most_states) {
        malformed(child, fmt::format("more than {} states", k_most_states));
        return;
      }
      if (!admit(child, attribute(child, "name"))) continue;
      m_definition.states.push_back(read_older_state(m_xml.lines(), m_findings, child));
    }
    auto& states = m_definition.states;
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (i + 1 < states.size()) {
        states[i].transitions.push_back({"Promote", states[i + 1].name, states[i].line});
      } else {
        for (Item& item : states[i].items) item.events.clear();
      }
      if (i > 0) states[i].transitions.push_back({"Demote", states[i - 1].name, states[i].line});
    }
    finish(node, {});
  }

  /// Whether a state is to be kept. One without a name is read for what else is wrong with the
  /// file, which is not loaded then.
  bool admit(const pugi::xml_node& node, const std::string& id) {
    if (id.empty()) malformed(node, "a state without a name");
    if (id.size() <= k_longest_name) return true;
    malformed(node, fmt::format("a state's name is longer than {} bytes", k_longest_name));
    m_left_out.insert(shown_state(id));
    return false;
  }

  void finish(const pugi::xml_node& node, const std::string& initial) {
    auto& states = m_definition.states;
    if (states.empty()) {
      no_state(node);
      return;
    }
    std::map<std::string, const State*> by_name;
    for (const State& state : states) {
      const auto [at, fresh] = by_name.emplace(state.name, &state);
      if (fresh || state.name.empty()) continue;
      add(Severity::error, "duplicate-state", state.line,
          fmt::format("state '{}' occurs twice, first in line {}", printable(state.id),
                      at->second->line));
    }
    alike(by_name);
    for (const State& state : states) targets(state, by_name);
    m_definition.initial = initial.empty() ? states.front().name : shown_state(initial);
    if (m_left_out.contains(m_definition.initial)) return;
    if (!by_name.contains(m_definition.initial)) {
      add(Severity::error, "unknown-initial-state", m_xml.lines().of(node),
          fmt::format("there is no state '{}'{}", printable(initial), nearest_state(initial)));
      return;
    }
    if (m_left_out.empty()) unreachable(by_name);
    reserved();
  }

  /// Names that people, and most databases, do not tell apart.
  void alike(const std::map<std::string, const State*>& by_name) {
    std::map<std::string, const State*> seen;
    for (const State& state : m_definition.states) {
      const std::string plain(trim(state.name));
      if (state.name.empty() || by_name.at(state.name) != &state) continue;
      if (plain != state.name) {
        add(Severity::warning, "blank-at-end", state.line,
            fmt::format("the state '{}' has a blank at its end", printable(state.name)));
      }
      const auto [at, fresh] = seen.emplace(case_folded(plain), &state);
      if (fresh) continue;
      add(Severity::warning, "duplicate-state", state.line,
          fmt::format("state '{}' differs from '{}' only in case or blanks: both count",
                      printable(state.name), printable(at->second->name)));
    }
  }

  [[nodiscard]] std::string nearest_state(const std::string& name) const {
    const std::string advice = did_you_mean(shown_state(name), m_definition.state_names());
    return advice.empty() ? advice : "; " + advice;
  }

  void targets(const State& state, const std::map<std::string, const State*>& by_name) {
    for (const Transition& one : state.transitions) {
      if (one.target.empty() || by_name.contains(one.target)) continue;
      if (m_left_out.contains(one.target)) continue;
      add(Severity::error, "unknown-target", one.line,
          fmt::format("{} in '{}' leads to '{}', which is not a state{}", printable(one.event),
                      printable(state.name), printable(one.target), nearest_state(one.target)));
    }
  }

  /// Void patches are shown in that state, whatever their lifecycle says.
  void reserved() {
    for (const State& state : m_definition.states) {
      if (lower(state.name) != lower(k_void_state)) continue;
      add(Severity::warning, "reserved-state", state.line,
          fmt::format("'{}' is the state that void patches are shown in", printable(state.name)));
    }
  }

  void unreachable(const std::map<std::string, const State*>& by_name) {
    std::set<std::string> reached{m_definition.initial};
    std::vector<std::string> waiting{m_definition.initial};
    while (!waiting.empty()) {
      const State& state = *by_name.at(waiting.back());
      waiting.pop_back();
      for (const Transition& one : state.transitions) {
        if (by_name.contains(one.target) && reached.insert(one.target).second) {
          waiting.push_back(one.target);
        }
      }
    }
    for (const State& state : m_definition.states) {
      if (reached.contains(state.name) || state.name.empty()) continue;
      add(Severity::warning, "unreachable-state", state.line,
          fmt::format("nothing leads to '{}'", printable(state.name)));
    }
  }

  xml::Document m_xml;
  Definition m_definition;
  std::vector<Finding> m_findings;
  std::set<std::string> m_left_out;  // names of states that are not kept
};

}  // namespace

bool Reading::has_errors() const {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& one) { return one.severity == Severity::error; });
}

Reading read_lifecycle(const std::string& xml, const std::string& name) {
  return Reader(name).read(xml);
}

Reading read_lifecycle_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((k_largest_mib << 20U) + 1, '\0');
  errno = 0;
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && in.gcount() == 0 && !in.eof())) {
    throw Error(ExitStatus::no_input,
                fmt::format("{}: {}", path.string(), std::strerror(errno != 0 ? errno : EIO)));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return read_lifecycle(text, path.stem().string());
}

Definition definition_of(const std::string& xml, const std::string& name) {
  Reading reading = read_lifecycle(xml, name);
  for (const Finding& one : reading.findings) {
    if (one.severity == Severity::error) {
      throw DataError(fmt::format("the lifecycle {}: {}: {}", name, one.rule, one.detail));
    }
  }
  return std::move(reading.definition);
}

}  // namespace upkeep::patch::lifecycle
