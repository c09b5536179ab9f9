// SPDX-License-Identifier: MIT
#include "patch/model/event.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace upkeep::patch {

namespace {

struct Known {
  EventKind kind;
  std::string_view action;
};

/// Of the kinds that share a word, the first is the default.
constexpr std::array k_known{
    Known{EventKind::create, "create"},   Known{EventKind::edit, "edit"},
    Known{EventKind::request, "edit"},    Known{EventKind::decline, "edit"},
    Known{EventKind::reopen, "edit"},     Known{EventKind::link, "link"},
    Known{EventKind::unlink, "unlink"},   Known{EventKind::tick, "tick"},
    Known{EventKind::untick, "untick"},   Known{EventKind::vote, "vote"},
    Known{EventKind::unvote, "unvote"},   Known{EventKind::attach, "attach"},
    Known{EventKind::migrate, "attach"},  Known{EventKind::move, "move"},
    Known{EventKind::undo, "undo"},       Known{EventKind::log_time, "log-time"},
    Known{EventKind::estimate, "eta"},    Known{EventKind::remind, "eta"},
    Known{EventKind::import, "import"},   Known{EventKind::record, "record"},
    Known{EventKind::revoke, "revoke"},   Known{EventKind::annul, "void"},
    Known{EventKind::restore, "restore"}, Known{EventKind::comment, "comment"},
};

using Json = nlohmann::ordered_json;

Value value_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_array()) {
    ValueList list;
    for (const Json& one : json) list.push_back(value_of(one));
    return list;
  }
  if (json.is_object()) {
    ValueObject object;
    for (const auto& [key, one] : json.items()) object.emplace_back(key, value_of(one));
    return object;
  }
  return {};
}

/// Reads the output of encode_changes() if it is plain: no escapes, no lists. Histories have
/// millions of changes, and a JSON parser takes ten times as long.
class PlainChanges {
 public:
  explicit PlainChanges(std::string_view text) : m_rest(text) {}

  /// false if it is anything else.
  bool read(std::vector<Change>& changes) {
    if (!take("[")) return false;
    do {
      Change& change = changes.emplace_back();
      std::string_view key;
      if (!take("{\"key\":") || !text(key) || !take(",\"from\":") || !value(change.from) ||
          !take(",\"to\":") || !value(change.to) || !take("}")) {
        return false;
      }
      change.key = key;
    } while (take(","));
    return m_rest == "]";
  }

 private:
  bool take(std::string_view what) {
    if (!m_rest.starts_with(what)) return false;
    m_rest.remove_prefix(what.size());
    return true;
  }
  bool value(Value& value) {
    if (take("null")) return true;
    if (take("true")) {
      value = true;
      return true;
    }
    if (take("false")) {
      value = false;
      return true;
    }
    std::string_view own;
    if (!text(own)) return false;
    value = own;
    return true;
  }
  bool text(std::string_view& own) {
    if (!take("\"")) return false;
    const auto end = m_rest.find_first_of("\"\\");
    if (end == std::string_view::npos || m_rest[end] != '"') return false;
    own = m_rest.substr(0, end);
    m_rest.remove_prefix(end + 1);
    return true;
  }
  std::string_view m_rest;
};

}  // namespace

std::string_view action_of(EventKind kind) {
  const auto* found = std::find_if(k_known.begin(), k_known.end(),
                                   [&](const Known& one) { return one.kind == kind; });
  return found == k_known.end() ? std::string_view() : found->action;
}

EventKind kind_of(std::string_view action, const std::vector<Change>& changes) {
  const auto* found = std::find_if(k_known.begin(), k_known.end(),
                                   [&](const Known& one) { return one.action == action; });
  if (found == k_known.end()) return EventKind::unknown;
  if (changes.empty()) return found->kind;
  const Change& first = changes.front();
  if (found->kind == EventKind::edit && first.key == "queue") {
    if (to_text(first.to) == "declined") return EventKind::decline;
    return first.from.is_null() ? EventKind::request : EventKind::reopen;
  }
  if (found->kind == EventKind::attach && first.key == "lifecycle_version") {
    const bool enters = std::any_of(changes.begin(), changes.end(),
                                    [](const Change& one) { return one.key == "state"; });
    return enters ? EventKind::attach : EventKind::migrate;
  }
  // A stage may have that name as well: an estimate of it is a string.
  const bool counts = !std::holds_alternative<std::string>(first.to.storage());
  if (found->kind == EventKind::estimate && first.key == "overdue" && counts) {
    return EventKind::remind;
  }
  return found->kind;
}

const std::vector<std::string>& event_actions() {
  static const std::vector<std::string> k_actions = [] {
    std::vector<std::string> words;
    words.reserve(k_known.size());
    for (const Known& one : k_known) {
      if (words.empty() || words.back() != one.action) words.emplace_back(one.action);
    }
    return words;
  }();
  return k_actions;
}

const Event* voiding(const std::vector<Event>& events, const std::string& until) {
  const Event* found = nullptr;
  for (const Event& event : events) {
    if (!until.empty() && event.at > until) break;
    if (event.kind == EventKind::annul) found = &event;
    if (event.kind == EventKind::restore) found = nullptr;
  }
  return found;
}

std::string encode_changes(const std::vector<Change>& changes) {
  if (changes.empty()) return {};
  ValueList list;
  for (const Change& change : changes) {
    list.emplace_back(ValueObject{{"key", change.key.empty() ? Value() : Value(change.key)},
                                  {"from", change.from},
                                  {"to", change.to}});
  }
  return to_json(Value(std::move(list)));
}

std::vector<Change> decode_changes(const std::string& text) {
  std::vector<Change> changes;
  if (text.empty() || PlainChanges(text).read(changes)) return changes;
  changes.clear();
  const Json json = Json::parse(text, nullptr, false);
  for (const Json& one : json) {
    Change change;
    if (one.contains("key") && one["key"].is_string()) change.key = one["key"].get<std::string>();
    if (one.contains("from")) change.from = value_of(one["from"]);
    if (one.contains("to")) change.to = value_of(one["to"]);
    changes.push_back(std::move(change));
  }
  return changes;
}

Value json_value(const std::string& text) {
  if (text.empty()) return {};
  return value_of(Json::parse(text, nullptr, false));
}

}  // namespace upkeep::patch
