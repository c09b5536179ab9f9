// SPDX-License-Identifier: MIT
// What the parts of a <state> have in common: the event that they are for, the roles that they
// name, the class that they call; and what is odd about any of them.
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "patch/lifecycle/xml_shape.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Findings about elements of one file.
class ElementFindings {
 public:
  /// @param lines, findings stay the caller's
  ElementFindings(const Lines& lines, std::vector<Finding>& findings)
      : m_lines(lines), m_findings(findings) {}

  void warn(const char* rule, const pugi::xml_node& node, std::string detail);
  /// `child` is not read.
  void unknown(const pugi::xml_node& child, const pugi::xml_node& parent);
  [[nodiscard]] long line_of(const pugi::xml_node& node) const { return m_lines.of(node); }

 private:
  const Lines& m_lines;
  std::vector<Finding>& m_findings;
};

/// The names of one kind in a state.
class NameCheck {
 public:
  /// @param findings stays the caller's
  /// @param what `the event`. @param rule of names that differ in case or blanks alone
  NameCheck(ElementFindings& findings, const char* what, const char* rule)
      : m_findings(findings), m_what(what), m_rule(rule) {}

  /// Tells of a name with a blank at its end, and of one that differs from an earlier one in case
  /// alone.
  void check(const std::string& name, const std::string& state, const pugi::xml_node& node);

 private:
  ElementFindings& m_findings;
  const char* m_what;
  const char* m_rule;
  std::map<std::string, std::string> m_seen;  // in lower case and without blanks -> as it is
};

/// Reads the parts of one state, and checks in the end what they refer to.
class StateParts {
 public:
  /// @param findings stays the caller's
  explicit StateParts(ElementFindings& findings) : m_findings(findings) {}

  enum class CallKind { validator, executor };
  Call call(const pugi::xml_node& node, CallKind kind);
  /// Of the attribute `roles`; none is a finding.
  std::vector<std::string> roles(const pugi::xml_node& node);
  /// The event that a part is for: without one it is never asked, which is a finding.
  std::string event(const pugi::xml_node& node);
  /// An event that a part is for, read elsewhere.
  void add_event(const std::string& name, const pugi::xml_node& node);

  /// Tells of events that the state has no transition for, and of calls whose parameters can never
  /// hold or be meant. @param state as it has been read
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
  std::vector<Named> m_named;  // every event that something of the state is for
  std::vector<Asked> m_asked;  // every call, for its parameters may speak of items
};

}  // namespace upkeep::patch::lifecycle
