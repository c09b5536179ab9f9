// SPDX-License-Identifier: MIT
// The checklist of a state, in both formats.
#pragma once

#include "patch/lifecycle/state_parts.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Reads the items of one state. Each is ticked separately, so each gets its own name.
class ItemReader {
 public:
  /// @param findings, parts not owned
  /// @param state as it is shown
  ItemReader(ElementFindings& findings, StateParts& parts, std::string state)
      : m_findings(findings),
        m_parts(parts),
        m_state(std::move(state)),
        m_alike(findings, "the item", "duplicate-item") {}

  /// <item>s of a <data name="checkItems">.
  std::vector<Item> read(const pugi::xml_node& node);
  /// <checkitem>s of a <state> of the older format: each is for Promote.
  std::vector<Item> read_older(const pugi::xml_node& node);

 private:
  void item(const pugi::xml_node& node);
  void add(Item item, const pugi::xml_node& node);
  std::string own_name(const std::string& name, const pugi::xml_node& node);
  RoleList item_roles(const pugi::xml_node& node);
  void read_validations(const pugi::xml_node& node, Item& item);
  void check_numbers(const pugi::xml_node& node);

  ElementFindings& m_findings;
  StateParts& m_parts;
  std::string m_state;
  NameCheck m_alike;
  std::vector<Item> m_items;
  std::set<std::string> m_names;
  std::map<std::string, std::size_t> m_doubles;  // how often each item occurs
};

}  // namespace upkeep::patch::lifecycle
