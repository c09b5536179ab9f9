// SPDX-License-Identifier: MIT
// One <state> of a lifecycle.
#pragma once

#include "patch/lifecycle/state_parts.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Reads one state; oddities are added to the findings.
class StateReader {
 public:
  /// @param lines, findings not owned
  StateReader(const xml::Lines& lines, std::vector<Finding>& findings)
      : m_findings(lines, findings),
        m_parts(m_findings),
        m_events(m_findings, "the event", "duplicate-event") {}
  StateReader(const StateReader&) = delete;
  StateReader& operator=(const StateReader&) = delete;

  /// Call it once per object.
  State read(const pugi::xml_node& node);

 private:
  using Node = pugi::xml_node;
  void data_model(const Node& model);
  void data(const Node& node, const std::string& kind);
  void transition(const Node& node);
  void checkpoints(const Node& node);
  void approval(const Node& node);
  void inputs(const Node& node);
  void check_input(const Node& node, const Input& input);
  void extra(const Node& node, const std::string& kind);

  ElementFindings m_findings;
  StateParts m_parts;
  NameCheck m_events;
  State m_state;
};

/// A <state> of the older format: <checkitem>s, no transitions.
State read_older_state(const xml::Lines& lines, std::vector<Finding>& findings,
                       const pugi::xml_node& node);

}  // namespace upkeep::patch::lifecycle
