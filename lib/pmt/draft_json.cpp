// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "base/time.hpp"
#include "pmt/draft.hpp"
#include "pmt/keys.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace upkeep::pmt {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& key, const char* why) {
  throw DataError(fmt::format("{}: {}", printable(key), why));
}

std::string value_text(const Json& json, const std::string& key) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer() || json.is_boolean() || json.is_number()) return json.dump();
  refuse(key, "neither a text nor a number");
}

std::string maybe_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::string() : value_text(*found, key);
}

bool is_key(const std::string& name) {
  return !name.empty() && name.find_first_of("= \t\r\n") == std::string::npos;
}

Link link_of(const Json& json, const NameRule& names) {
  if (!json.is_object()) refuse("links", "not a list of {type, patch}");
  Link link{maybe_text(json, "type"), names.parse_or_throw(maybe_text(json, "patch"))};
  const auto& types = link_types();
  if (std::find(types.begin(), types.end(), link.type) == types.end()) {
    throw DataError(fmt::format("links: no link type '{}'", printable(link.type)),
                    did_you_mean(link.type, types));
  }
  return link;
}

/// @param earlier how many events stand before it in its history
Event event_from(const Json& json, std::size_t earlier) {
  if (!json.is_object()) refuse("history", "not a list of events");
  Event event;
  event.at = maybe_text(json, "at");
  event.actor = maybe_text(json, "actor");
  event.via = maybe_text(json, "via");
  event.action = maybe_text(json, "action");
  event.comment = maybe_text(json, "comment");
  static const std::vector<std::string> k_actions{
      "create", "edit", "link",     "unlink", "attach", "tick",   "untick", "vote",
      "unvote", "move", "log-time", "eta",    "undo",   "import", "record", "revoke"};
  if (std::find(k_actions.begin(), k_actions.end(), event.action) == k_actions.end()) {
    refuse("history", "an event without a known action");
  }
  constexpr std::size_t k_iso = 20;
  if (event.at.size() != k_iso || !parse_iso8601(event.at))
    refuse("history", "an event without time");
  if (const auto found = json.find("changes"); found != json.end()) {
    event.changes = decode_changes(found->dump());
  }
  if (const auto found = json.find("time_s"); found != json.end() && found->is_number_integer()) {
    event.time_s = found->get<std::int64_t>();
  }
  if (const auto found = json.find("inputs"); found != json.end() && !found->is_null()) {
    event.inputs = found->dump();
  }
  if (const std::string day = maybe_text(json, "worked_on"); !day.empty()) {
    constexpr std::size_t k_day = 10;
    if (day.size() != k_day || !parse_iso8601(day)) refuse("history", "worked_on is no day");
    event.worked_on = day;
  }
  if (const auto found = json.find("revokes"); found != json.end() && !found->is_null()) {
    // By its place in the history: numbers are given when the events are written.
    const auto place = found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
    if (place == 0 || place > earlier) refuse("history", "revokes names no earlier event");
    event.revokes = place;
  }
  return event;
}

/// A digest as it is recorded: that many hexadecimal digits.
std::string digest_in(const Json& json, const char* key, std::size_t digits) {
  std::string digest = lower(maybe_text(json, key));
  if (digest.size() != digits ||
      digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
    refuse("jars", "a jar without its digests");
  }
  return digest;
}

Jar jar_from(const Json& json) {
  if (!json.is_object()) refuse("jars", "not a list of jars");
  Jar jar;
  jar.name = maybe_text(json, "name");
  jar.bundle = maybe_text(json, "bundle");
  jar.version = maybe_text(json, "version");
  if (jar.bundle.empty()) jar.bundle = jar.name;
  constexpr std::size_t k_longest = 255, k_md5 = 32, k_sha256 = 64;
  for (const std::string* one : {&jar.name, &jar.bundle, &jar.version}) {
    if (one->size() > k_longest) refuse("jars", "a name that is too long");
  }
  if (jar.name.empty() || jar.name.find('/') != std::string::npos) {
    refuse("jars", "a jar without the name of its file");
  }
  jar.md5 = digest_in(json, "md5", k_md5);
  jar.sha256 = digest_in(json, "sha256", k_sha256);
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned()) refuse("jars", "a jar without its size");
  jar.size = size->get<std::uint64_t>();
  if (const std::string at = maybe_text(json, "recorded_at"); !at.empty()) {
    if (!parse_iso8601(at)) refuse("jars", "recorded_at is no time");
    jar.recorded_at = at;
  }
  if (const std::string by = maybe_text(json, "recorded_by"); !by.empty()) jar.recorded_by = by;
  return jar;
}

std::vector<Jar> jars_from(const Json& json) {
  if (!json.is_array()) refuse("jars", "not a list of jars");
  std::vector<Jar> jars;
  std::set<std::string> names;
  for (const Json& one : json) {
    jars.push_back(jar_from(one));
    if (!names.insert(jars.back().name).second) refuse("jars", "one jar twice");
  }
  return jars;
}

}  // namespace

Draft DraftMaker::of_json(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) throw DataError("not valid JSON");
  if (!json.is_object()) throw DataError("not a JSON object");
  return of_object(json, json.dump());
}

Draft DraftMaker::of_object(const Json& json, std::string_view canonical) {
  Draft draft;
  draft.patch.ref = PatchRef{};
  for (const char* first : {"patch", "platform", "number"})
    set(draft, first, maybe_text(json, first));
  const auto history = json.find("history");
  draft.has_history = history != json.end() && history->is_array();
  for (const auto& [key, value] : json.items()) {
    if (value.is_null() || key == "patch" || key == "platform" || key == "number") continue;
    if (key == "fields") {
      if (!value.is_object()) refuse(key, "not an object");
      for (const auto& [name, field] : value.items()) {
        // An export has what earlier artifact types have left, and brings it back.
        if (draft.has_history && m_registry.type().find(name) == nullptr && is_key(name)) {
          Values& kept = draft.patch.fields[name];
          for (const Json& one : field.is_array() ? field : Json::array({field})) {
            kept.push_back(value_text(one, name));
          }
          continue;
        }
        if (!field.is_array()) {
          if (!field.is_null()) set(draft, name, value_text(field, name));
          continue;
        }
        for (const Json& one : field) set(draft, name, value_text(one, name));
      }
    } else if (key == "links") {
      if (!value.is_array()) refuse(key, "not a list");
      for (const Json& one : value) draft.patch.links.push_back(link_of(one, m_registry.names()));
    } else if (key == "history") {
      if (!value.is_array()) refuse(key, "not a list");
      for (const Json& one : value) {
        draft.events.push_back(event_from(one, draft.events.size()));
      }
    } else if (key == "jars") {
      draft.jars = jars_from(value);
    } else if (key == "category") {
      draft.patch.category = value_text(value, key);
    } else if (key == "state_since") {
      draft.patch.state_since = value_text(value, key);
    } else if (key == "lifecycle_version") {
      draft.patch.lifecycle_version = to_integer(value_text(value, key));
    } else if (key == "ticks" || key == "time_s") {
      continue;  // follow from the history
    } else {
      const auto& targets = row_targets();
      if (std::find(targets.begin(), targets.end(), key) == targets.end()) {
        throw DataError(fmt::format("no member '{}'", printable(key)), did_you_mean(key, targets));
      }
      set(draft, key, value_text(value, key));
    }
  }
  if (draft.patch.category && m_registry.type().find(k_category_key) != nullptr &&
      !draft.patch.fields.contains(k_category_key) && !draft.has_history) {
    set(draft, k_category_key, *draft.patch.category);
  }
  finish(draft, canonical);
  if (draft.patch.ref->number == 0) throw DataError("it has no number");
  return draft;
}

Draft DraftMaker::of_export_row(const std::vector<std::string>& headers,
                                const std::vector<std::string>& cells) {
  if (cells.size() > headers.size()) {
    throw DataError(fmt::format("{} cells under {} headers", cells.size(), headers.size()));
  }
  Json object = Json::object();
  Json fields = Json::object();
  std::string canonical;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string& header = headers[i];
    if (cells[i].empty()) continue;
    canonical += header + "=" + cells[i] + "\n";
    const bool nested =
        header == "links" || header == "history" || header == "ticks" || header == "jars";
    const Field* field = m_registry.type().find(header);
    const bool list = field != nullptr && field->unbounded && cells[i].starts_with("[");
    Json value = cells[i];
    if (nested || list) {
      Json parsed = Json::parse(cells[i], nullptr, false);
      if (nested && parsed.is_discarded()) refuse(header, "not valid JSON");
      if (parsed.is_array()) value = std::move(parsed);
    }
    (field != nullptr ? fields : object)[header] = std::move(value);
  }
  object["fields"] = std::move(fields);
  return of_object(object, canonical);
}

}  // namespace upkeep::pmt
