// SPDX-License-Identifier: MIT
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "patch/lifecycle/xml_shape.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Reads one <state> after the other; what is odd goes to `findings`.
class StateReader {
 public:
  StateReader(const Lines& lines, std::vector<Finding>& findings)
      : m_lines(lines), m_findings(findings) {}

  State read(const pugi::xml_node& node);
  /// The older format: <checkitem>s, no transitions.
  State read_checklist(const pugi::xml_node& node);

 private:
  using Node = pugi::xml_node;
  using Names = std::map<std::string, std::string>;  // in lower case and without blanks -> as it is
  void begin(const Node& node, const char* name);
  void warn(const char* rule, const Node& node, std::string detail);
  void unknown(const Node& child, const Node& parent);
  void data_model(const Node& model);
  void data(const Node& node, const std::string& kind);
  void check_items(const Node& node);
  void item(const Node& node);
  void add_item(Item item, const Node& node);
  /// Tells of items that are called like the number of another one.
  void check_numbers(const Node& node);
  std::string own_name(const std::string& name, const Node& node);
  /// Tells of a name with a blank at its end, and of one that differs from an earlier one of `seen`
  /// in case alone. @param rule for the latter
  void check_name(const char* what, const std::string& name, const char* rule, Names& seen,
                  const Node& node);
  RoleList item_roles(const Node& node);
  void transition(const Node& node);
  void checkpoints(const Node& node);
  void approval(const Node& node);
  void inputs(const Node& node);
  void extra(const Node& node, const std::string& kind);
  Call call(const Node& node, const std::set<std::string>& known, const char* what);
  std::vector<std::string> roles(const Node& node);
  void event(const Node& node, const std::string& name);
  /// The event that a part is for: without one it is never asked.
  std::string needed_event(const Node& node);
  void check_input(const Node& node, const Input& input);
  void check_events();
  void check_calls();

  const Lines& m_lines;
  std::vector<Finding>& m_findings;
  State m_state;
  struct Named {
    std::string event;
    Node node;
  };
  struct Asked {
    Call call;
    Node node;
    bool executor;
  };
  std::vector<Asked> m_asked;  // every validation, for its parameters may speak of items
  Names m_events, m_items;
  std::set<std::string> m_item_names;
  std::map<std::string, std::size_t> m_doubles;  // how often an item is there
  std::vector<Named> m_named;                    // every event that something of the state is for
};

/// Last components of the registry's own classes, and of ours.
const std::set<std::string>& known_validators();
const std::set<std::string>& known_executors();

}  // namespace upkeep::patch::lifecycle
