// SPDX-License-Identifier: MIT
// The common parts of <state> elements: events, roles and classes, with findings about anything odd
// in them.
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "record/xml.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Findings about elements of one file.
class ElementFindings {
 public:
  /// @param lines, findings not owned
  ElementFindings(const xml::Lines& lines, std::vector<Finding>& findings)
      : m_lines(lines), m_findings(findings) {}

  void warn(const char* rule, const pugi::xml_node& node, std::string detail);
  /// Reports that `child` is ignored.
  void unknown(const pugi::xml_node& child, const pugi::xml_node& parent);
  [[nodiscard]] long line_of(const pugi::xml_node& node) const { return m_lines.of(node); }

 private:
  const xml::Lines& m_lines;
  std::vector<Finding>& m_findings;
};

/// The names of one kind in a state.
class NameCheck {
 public:
  /// @param findings not owned
  /// @param what `the event`. @param rule for names that differ only in case or blanks
  NameCheck(ElementFindings& findings, const char* what, const char* rule)
      : m_findings(findings), m_what(what), m_rule(rule) {}

  /// Reports a name that ends with a blank, and one that differs from an earlier one only in case.
  void check(const std::string& name, const std::string& state, const pugi::xml_node& node);

 private:
  ElementFindings& m_findings;
  const char* m_what;
  const char* m_rule;
  std::map<std::string, std::string> m_seen;  // in lower case and without blanks -> as written
};

/// Reads the parts of one state, and finally checks what they refer to.
class StateParts {
 public:
  /// @param findings not owned
  explicit StateParts(ElementFindings& findings) : m_findings(findings) {}

  enum class CallKind { validator, executor };
  Call call(const pugi::xml_node& node, CallKind kind);
  /// The attribute `roles`; none is a finding.
  std::vector<std::string> roles(const pugi::xml_node& node);
  /// The event of a part, which without one is never used; that is a finding.
  std::string event(const pugi::xml_node& node);
  /// Adds an event of a part that was read elsewhere.
  void add_event(const std::string& name, const pugi::xml_node& node);

  /// Reports events without a transition in the state, and calls whose parameters can never hold or
  /// make no sense. @param state as it was read
  void check(const State& state);

 private:
  struct Named {
    std::string event;
    pugi::xml_node node;
  };
  struct Asked {
    Call call;
    pugi::xml_node node;
    CallKind kind;
  };
  static Parameter parameter(const pugi::xml_node& node);
  void check_events(const State& state);

  ElementFindings& m_findings;
  std::vector<Named> m_named;  // every event that a part of the state is for
  std::vector<Asked> m_asked;  // all calls, because their parameters may refer to items
};

}  // namespace upkeep::patch::lifecycle
