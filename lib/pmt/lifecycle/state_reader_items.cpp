// SPDX-License-Identifier: MIT
// The checklist of a state, in both formats.
#include "base/text.hpp"
#include "pmt/lifecycle/state_reader.hpp"
#include "pmt/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::pmt::lifecycle {

State StateReader::read_checklist(const Node& node) {
  m_state = {};
  m_state.id = attribute(node, "name");
  m_state.name = shown_state(m_state.id);
  m_state.line = m_lines.of(node);
  for (const Node& child : elements(node)) {
    if (local_name(child) != "checkitem") {
      unknown(child, node);
      continue;
    }
    Item item;
    item.name = text_of(child);
    item.events = {"Promote"};
    add_item(std::move(item), child);
  }
  return std::move(m_state);
}

void StateReader::check_items(const Node& node) {
  for (const Node& child : elements(node)) {
    if (local_name(child) == "item") {
      item(child);
    } else {
      unknown(child, node);
    }
  }
}

void StateReader::item(const Node& node) {
  Item item;
  item.name = attribute(node, "name");
  // The registry splits and does not trim: ` Demote` is another event than `Demote`.
  for (std::string& one : split(attribute(node, "forEvent"), ',')) {
    if (one.empty()) continue;
    event(node, one);
    item.events.push_back(std::move(one));
  }
  for (const Node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name == "permissions") {
      if (item.roles)
        warn("duplicate-data", child, "a second <permissions>: the roles of both count");
      if (RoleList more = item_roles(child)) {
        if (!item.roles) item.roles.emplace();
        for (std::string& role : *more) item.roles->push_back(std::move(role));
      }
    } else if (name == "validations") {
      for (const Node& one : elements(child)) {
        if (local_name(one) == "validation") {
          item.validations.push_back(call(one, known_validators(), "validator"));
        } else {
          unknown(one, child);
        }
      }
    } else {
      unknown(child, node);
    }
  }
  add_item(std::move(item), node);
}

void StateReader::add_item(Item item, const Node& node) {
  if (trim(item.name).empty()) {
    item.name = fmt::format("item {}", m_state.items.size() + 1);
    warn("nameless-item", node,
         fmt::format("an item without a name: it is called '{}'", item.name));
  }
  const auto there = [&](const std::string& name) {
    return std::any_of(m_state.items.begin(), m_state.items.end(),
                       [&](const Item& one) { return one.name == name; });
  };
  if (there(item.name)) {
    // Each is ticked for itself, so each has its own name.
    std::size_t count = 2;
    while (there(fmt::format("{} ({})", item.name, count))) ++count;
    const std::string name = fmt::format("{} ({})", item.name, count);
    warn("duplicate-item", node,
         fmt::format("item '{}' is there twice in '{}': this one is called '{}'",
                     printable(item.name), printable(m_state.name), printable(name)));
    item.name = name;
  }
  m_state.items.push_back(std::move(item));
}

/// Any of the roles of all elements will do.
RoleList StateReader::item_roles(const Node& node) {
  RoleList all;
  for (const Node& child : elements(node)) {
    if (local_name(child) != "permission") {
      unknown(child, node);
      continue;
    }
    if (!all) all.emplace();
    for (std::string& role : roles(child)) all->push_back(std::move(role));
  }
  return all;
}

}  // namespace upkeep::pmt::lifecycle
