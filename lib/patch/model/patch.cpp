// SPDX-License-Identifier: MIT
#include "patch/model/patch.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace upkeep::patch {

namespace {

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

/// Reads what encode_changes() writes, as long as it is plain: no escapes, no lists. Histories have
/// millions of changes, and a JSON parser takes ten times as long.
class PlainChanges {
 public:
  explicit PlainChanges(std::string_view text) : m_rest(text) {}

  /// false where it is anything else.
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

std::optional<std::uint32_t> maybe_number(const db::Row& row, std::size_t column) {
  const auto number = row.maybe_integer(column);
  return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

}  // namespace

const std::vector<std::string>& link_types() {
  static const std::vector<std::string> k_types{"requires", "supersedes", "ported-from",
                                                "conflicts"};
  return k_types;
}

std::string_view patch_columns() {
  return "p.id, p.platform, p.number, p.queue, p.queue_state, p.requested_at, p.requested_by,"
         " p.category, p.created_at, p.created_by, p.released_at, p.lifecycle,"
         " p.lifecycle_version, p.state, p.state_since, p.state_event, p.version, p.import_hash,"
         " p.import_key, p.links, p.fields";
}

Patch patch_of(const db::Row& row) {
  Patch patch;
  std::size_t i = 0;
  patch.id = static_cast<std::uint64_t>(row.integer(i++));
  const auto& platform = row.maybe_text(i++);
  const auto number = maybe_number(row, i++);
  if (platform && number) patch.ref = PatchRef{*platform, *number};
  patch.queue = maybe_number(row, i++);
  patch.queue_state = row.text(i++);
  patch.requested_at = iso_time(row.maybe_text(i++));
  patch.requested_by = row.maybe_text(i++);
  patch.category = row.maybe_text(i++);
  patch.created_at = iso_time(row.maybe_text(i++));
  patch.created_by = row.maybe_text(i++);
  patch.released_at = iso_time(row.maybe_text(i++));
  patch.lifecycle = row.maybe_text(i++);
  patch.lifecycle_version = row.maybe_integer(i++);
  patch.state = row.maybe_text(i++);
  patch.state_since = iso_time(row.maybe_text(i++));
  patch.state_event = row.maybe_integer(i++);
  patch.version = static_cast<std::uint32_t>(row.integer(i++));
  patch.import_hash = row.text(i++);
  patch.import_key = row.text(i++);
  patch.links = decode_links(row.text(i++));
  patch.fields = decode(row.text(i));
  return patch;
}

std::string_view locked_patch_columns() {
  static const std::string k_columns = std::string(patch_columns()) + ", p.history_hash";
  return k_columns;
}

Patch locked_patch_of(const db::Row& row) {
  constexpr std::size_t k_behind_the_others = 21;
  Patch patch = patch_of(row);
  patch.history_hash = row.maybe_text(k_behind_the_others);
  return patch;
}

std::string_view event_columns() {
  return "e.id, e.patch, e.at, e.actor, e.via, e.action, e.changes, e.comment, e.time_s, e.inputs,"
         " e.worked_on, e.revokes";
}

Event event_of(const db::Row& row) {
  Event event;
  event.id = static_cast<std::uint64_t>(row.integer(0));
  event.patch = static_cast<std::uint64_t>(row.integer(1));
  event.at = iso_time(row.maybe_text(2)).value_or("");
  event.actor = row.text(3);
  event.via = row.text(4);
  event.action = row.text(5);
  event.changes = decode_changes(row.text(6));
  event.comment = row.text(7);
  event.time_s = row.maybe_integer(8);
  event.inputs = row.text(9);
  event.worked_on = row.maybe_text(10);
  if (const auto revokes = row.maybe_integer(11)) {
    event.revokes = static_cast<std::uint64_t>(*revokes);
  }
  return event;
}

std::string encode_links(const std::vector<Link>& links) {
  std::string out;
  for (const Link& link : links) {
    if (out.empty()) out += '\n';
    out += link.type + "=" + to_string(link.target) + "\n";
  }
  return out;
}

std::vector<Link> decode_links(const std::string& text) {
  std::vector<Link> links;
  for (const std::string& line : split(text, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    if (auto ref = parse_ref(line.substr(equals + 1))) {
      links.push_back({line.substr(0, equals), std::move(*ref)});
    }
  }
  return links;
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

Value field_value(const Values& values, bool unbounded) {
  if (values.empty()) return {};
  if (!unbounded && values.size() == 1) return values.front();
  return ValueList(values.begin(), values.end());
}

std::optional<std::string> iso_time(const std::optional<std::string>& column) {
  constexpr std::size_t k_length = 19;  // YYYY-MM-DD HH:MM:SS
  if (!column || column->size() < k_length) return std::nullopt;
  std::string text = column->substr(0, k_length);
  text[10] = 'T';
  return text + "Z";
}

std::optional<std::string> sql_time(const std::optional<std::string>& iso) {
  if (!iso || iso->empty()) return std::nullopt;
  std::string text = *iso;
  if (text.size() == 10) return text + " 00:00:00";
  text.resize(19);
  text[10] = ' ';
  return text;
}

}  // namespace upkeep::patch
