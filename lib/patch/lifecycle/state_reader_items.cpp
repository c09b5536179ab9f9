// SPDX-License-Identifier: MIT
// The checklist of a state, in both formats.
#include "base/text.hpp"
#include "patch/exchange/xml.hpp"
#include "patch/lifecycle/state_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::patch::lifecycle {

State StateReader::read_checklist(const Node& node) {
  begin(node, "name");
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
  check_numbers(node);
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
  check_numbers(node);
}

void StateReader::check_numbers(const Node& node) {
  for (std::size_t i = 0; i < m_state.items.size(); ++i) {
    const auto number = to_integer(m_state.items[i].name);
    if (!number || *number < 1 || *number > std::ssize(m_state.items)) continue;
    if (static_cast<std::size_t>(*number) == i + 1) continue;
    warn("duplicate-item", node,
         fmt::format("item {0} of '{1}' is called '{2}', as the number of another one: '#{3}' ticks"
                     " this one, '#{2}' the other",
                     i + 1, printable(m_state.name), *number, i + 1));
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
  check_name("the item", item.name, "duplicate-item", m_items, node);
  item.name = own_name(item.name, node);
  m_state.items.push_back(std::move(item));
}

/// Each is ticked for itself, so each has its own name.
std::string StateReader::own_name(const std::string& name, const Node& node) {
  if (m_item_names.insert(name).second) return name;
  std::size_t& count = m_doubles.try_emplace(name, 1).first->second;
  std::string own;
  do {
    own = fmt::format("{} ({})", name, ++count);
  } while (!m_item_names.insert(own).second);
  warn("duplicate-item", node,
       fmt::format("item '{}' is there twice in '{}': this one is called '{}'", printable(name),
                   printable(m_state.name), printable(own)));
  return own;
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

}  // namespace upkeep::patch::lifecycle
