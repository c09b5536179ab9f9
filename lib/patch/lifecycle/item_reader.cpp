// SPDX-License-Identifier: MIT
#include "patch/lifecycle/item_reader.hpp"

#include "base/text.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <utility>

namespace upkeep::patch::lifecycle {

using xml::attribute;
using xml::elements;
using xml::local_name;
using xml::text_of;

std::vector<Item> ItemReader::read(const pugi::xml_node& node) {
  for (const pugi::xml_node& child : elements(node)) {
    if (local_name(child) == "item") {
      item(child);
    } else {
      m_findings.unknown(child, node);
    }
  }
  check_numbers(node);
  return std::move(m_items);
}

std::vector<Item> ItemReader::read_older(const pugi::xml_node& node) {
  for (const pugi::xml_node& child : elements(node)) {
    if (local_name(child) != "checkitem") {
      m_findings.unknown(child, node);
      continue;
    }
    Item item;
    item.name = text_of(child);
    item.events = {"Promote"};
    add(std::move(item), child);
  }
  check_numbers(node);
  return std::move(m_items);
}

/// Reports items whose name is the number of another item.
void ItemReader::check_numbers(const pugi::xml_node& node) {
  for (std::size_t i = 0; i < m_items.size(); ++i) {
    const auto number = to_integer(m_items[i].name);
    if (!number || *number < 1 || *number > std::ssize(m_items)) continue;
    if (static_cast<std::size_t>(*number) == i + 1) continue;
    m_findings.warn(
        "duplicate-item", node,
        fmt::format("item {0} of '{1}' is called '{2}', as the number of another one: '#{3}' ticks"
                    " this one, '#{2}' the other",
                    i + 1, printable(m_state), *number, i + 1));
  }
}

void ItemReader::item(const pugi::xml_node& node) {
  Item item;
  item.name = attribute(node, "name");
  // The registry splits and does not trim: ` Demote` is not the event `Demote`.
  for (std::string& one : split(attribute(node, "forEvent"), ',')) {
    if (one.empty()) continue;
    m_parts.add_event(one, node);
    item.events.push_back(std::move(one));
  }
  for (const pugi::xml_node& child : elements(node)) {
    const std::string name = local_name(child);
    if (name == "permissions") {
      if (item.roles)
        m_findings.warn("duplicate-data", child, "a second <permissions>: the roles of both count");
      if (RoleList more = item_roles(child)) {
        if (!item.roles) item.roles.emplace();
        for (std::string& role : *more) item.roles->push_back(std::move(role));
      }
    } else if (name == "validations") {
      read_validations(child, item);
    } else {
      m_findings.unknown(child, node);
    }
  }
  add(std::move(item), node);
}

void ItemReader::read_validations(const pugi::xml_node& node, Item& item) {
  for (const pugi::xml_node& one : elements(node)) {
    if (local_name(one) == "validation") {
      item.validations.push_back(m_parts.call(one, StateParts::CallKind::validator));
    } else {
      m_findings.unknown(one, node);
    }
  }
}

void ItemReader::add(Item item, const pugi::xml_node& node) {
  if (trim(item.name).empty()) {
    item.name = fmt::format("item {}", m_items.size() + 1);
    m_findings.warn("nameless-item", node,
                    fmt::format("an item without a name: it is called '{}'", item.name));
  }
  m_alike.check(item.name, m_state, node);
  item.name = own_name(item.name, node);
  m_items.push_back(std::move(item));
}

/// Each is ticked separately, so each needs its own name.
std::string ItemReader::own_name(const std::string& name, const pugi::xml_node& node) {
  if (m_names.insert(name).second) return name;
  std::size_t& count = m_doubles.try_emplace(name, 1).first->second;
  std::string own;
  do {
    own = fmt::format("{} ({})", name, ++count);
  } while (!m_names.insert(own).second);
  m_findings.warn("duplicate-item", node,
                  fmt::format("item '{}' occurs twice in '{}': this one is called '{}'",
                              printable(name), printable(m_state), printable(own)));
  return own;
}

/// Any of the roles of all elements is sufficient.
RoleList ItemReader::item_roles(const pugi::xml_node& node) {
  RoleList all;
  for (const pugi::xml_node& child : elements(node)) {
    if (local_name(child) != "permission") {
      m_findings.unknown(child, node);
      continue;
    }
    if (!all) all.emplace();
    for (std::string& role : m_parts.roles(child)) all->push_back(std::move(role));
  }
  return all;
}

}  // namespace upkeep::patch::lifecycle
