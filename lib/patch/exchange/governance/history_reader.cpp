// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/history_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/exchange/governance/resource.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr const char* k_unknown_user = "unknown";

struct Item {
  long long order = 0;
  WallTime time{};
  std::vector<Event> events;
};

class HistoryReader {
 public:
  HistoryReader(const HistoryWords& words, const std::string& patch, Losses& losses)
      : m_words(words), m_patch(patch), m_losses(losses) {}

  std::vector<Event> read(const pugi::xml_node& root) {
    std::vector<Item> items;
    for (const pugi::xml_node& node : xml::elements(root)) {
      if (xml::local_name(node) != "item") {
        lose(fmt::format("elements <{}> of histories", node.name()));
        continue;
      }
      read_item(node, items);
    }
    return in_order(std::move(items));
  }

 private:
  void lose(const std::string& what) { m_losses.add(what, m_patch); }

  void read_item(const pugi::xml_node& node, std::vector<Item>& items) {
    const std::string aspect = xml::attribute(node, "aspect");
    if (!aspect.empty() && aspect != m_words.original) {
      lose(fmt::format("events of the lifecycle '{}'", aspect));
      return;
    }
    Item item;
    item.order = to_integer(xml::attribute(node, "order")).value_or(std::ssize(items));
    const std::string at = registry_time(xml::attribute(node, "timestamp"), m_words.zone);
    if (at.empty()) {
      lose("events of histories without a readable time");
      return;
    }
    item.time = exact_time(xml::attribute(node, "timestamp"), at);
    for (const pugi::xml_node& action : xml::elements(node, "action")) {
      Event event = read_action(node, action);
      if (event.kind == EventKind::unknown) continue;
      event.at = at;
      event.action = action_of(event.kind);
      const std::string user = xml::attribute(node, "user");
      event.actor = user.empty() ? k_unknown_user : m_words.person(user);
      item.events.push_back(std::move(event));
    }
    items.push_back(std::move(item));
  }

  /// With its milliseconds, for the order of events.
  WallTime exact_time(const std::string& text, const std::string& at) const {
    const auto exact = parse_iso8601(text + m_words.zone);
    return exact ? *exact : parse_iso8601(at).value_or(WallTime{});
  }

  std::string state(const pugi::xml_node& node, const char* attribute) const {
    const std::string name = xml::attribute(node, attribute);
    return name.empty() ? name : m_words.state(name);
  }

  Event read_action(const pugi::xml_node& node, const pugi::xml_node& action) {
    const std::string type = xml::attribute(action, "type");
    const std::string name = xml::attribute(action, "name");
    const std::string value = lower(xml::text_of(action.child("value")));
    const bool on = !value.ends_with("false");
    count_details(action);
    Event event;
    if (type == "association") {
      event.kind = EventKind::attach;
      const std::string entered = state(node, "state");
      event.changes = {{"lifecycle", {}, m_words.lifecycle}};
      if (!entered.empty()) event.changes.push_back({"state", {}, entered});
    } else if (type == "transition") {
      const std::string from = state(node, "state"), to = state(node, "targetState");
      if (from.empty() || to.empty()) {
        lose("transitions of histories without their states");
        return event;
      }
      event.kind = EventKind::move;
      event.changes = {{name, from, to}};
    } else if (type == "itemClick") {
      event.kind = on ? EventKind::tick : EventKind::untick;
      event.changes = {{name, !on, on}};
    } else if (type == "vote" || type == "voteClick") {
      event.kind = on ? EventKind::vote : EventKind::unvote;
      event.changes = {{name, !on, on}};
    } else {
      lose(fmt::format("events of histories of the type '{}'", type));
    }
    return event;
  }

  /// What its validations and executors reported.
  void count_details(const pugi::xml_node& action) {
    for (const char* part : {"validations", "executors"}) {
      const std::size_t count = xml::elements(action.child(part)).size();
      m_losses.add(fmt::format("reports of {} in histories", part), m_patch, count);
    }
  }

  /// By time; within a millisecond, as the registry numbers them, which may be backwards.
  static std::vector<Event> in_order(std::vector<Item> items) {
    const auto by_number = [](const Item& a, const Item& b) { return a.order < b.order; };
    const auto by_time = [](const Item& a, const Item& b) { return a.time < b.time; };
    std::stable_sort(items.begin(), items.end(), by_number);
    if (!items.empty() && items.back().time < items.front().time) {
      std::reverse(items.begin(), items.end());
    }
    std::stable_sort(items.begin(), items.end(), by_time);
    std::vector<Event> events;
    for (Item& item : items) {
      std::move(item.events.begin(), item.events.end(), std::back_inserter(events));
    }
    return events;
  }

  const HistoryWords& m_words;
  const std::string& m_patch;
  Losses& m_losses;
};

}  // namespace

std::vector<Event> read_history(const std::string& xml, const std::string& what,
                                const HistoryWords& words, const std::string& patch,
                                Losses& losses) {
  constexpr std::size_t k_largest_mib = 64;
  xml::Document document;
  document.load(xml, what, {.largest_mib = k_largest_mib});
  if (xml::local_name(document.root()) != "lifecycleHistory") {
    throw DataError(fmt::format("{}: the root element is <{}>, not <lifecycleHistory>", what,
                                printable(document.root().name())));
  }
  return HistoryReader(words, patch, losses).read(document.root());
}

}  // namespace upkeep::patch
