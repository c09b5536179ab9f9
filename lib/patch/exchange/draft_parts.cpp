// SPDX-License-Identifier: MIT
#include "patch/exchange/draft_parts.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

using Json = nlohmann::ordered_json;

/// A time as it is stored, in UTC.
std::string moment_from(const std::string& text, const char* key, const char* why) {
  const auto time = parse_iso8601(text);
  constexpr std::size_t k_day = 10, k_moment = 20;
  if (!time || text.size() <= k_day) refuse_part(key, why);
  std::string iso = iso8601(*time);
  if (iso.size() != k_moment || iso < "1000") refuse_part(key, why);
  return iso;
}

/// A digest as it is recorded: exactly this number of hexadecimal digits.
std::string digest_in(const Json& json, const char* key, std::size_t digits) {
  std::string digest = lower(maybe_text(json, key));
  if (digest.size() != digits ||
      digest.find_first_not_of("0123456789abcdef") != std::string::npos) {
    refuse_part("jars", "a jar without its digests");
  }
  return digest;
}

Jar jar_from(const Json& json) {
  if (!json.is_object()) refuse_part("jars", "not a list of jars");
  Jar jar;
  jar.name = maybe_text(json, "name");
  jar.bundle = maybe_text(json, "bundle");
  jar.version = maybe_text(json, "version");
  if (jar.bundle.empty()) jar.bundle = jar.name;
  constexpr std::size_t k_longest = 255, k_md5 = 32, k_sha256 = 64;
  for (const std::string* one : {&jar.name, &jar.bundle, &jar.version}) {
    if (one->size() > k_longest) refuse_part("jars", "a name that is too long");
  }
  if (jar.name.empty() || jar.name.find('/') != std::string::npos) {
    refuse_part("jars", "a jar without the name of its file");
  }
  jar.md5 = digest_in(json, "md5", k_md5);
  jar.sha256 = digest_in(json, "sha256", k_sha256);
  const auto size = json.find("size");
  if (size == json.end() || !size->is_number_unsigned())
    refuse_part("jars", "a jar without its size");
  jar.size = size->get<std::uint64_t>();
  if (const std::string at = maybe_text(json, "recorded_at"); !at.empty()) {
    jar.recorded_at = moment_from(at, "jars", "recorded_at is not a time");
  }
  if (const std::string by = maybe_text(json, "recorded_by"); !by.empty()) jar.recorded_by = by;
  return jar;
}

/// `[{key, from, to}]`.
void check_changes(const Json& changes) {
  const auto is_change = [](const Json& one) {
    if (!one.is_object()) return false;
    const auto key = one.find("key");
    return key == one.end() || key->is_null() || key->is_string();
  };
  if (!changes.is_array() || !std::all_of(changes.begin(), changes.end(), is_change)) {
    refuse_part("history", "changes is not a list of {key, from, to}");
  }
}

/// @throws DataError for more than a century
std::chrono::seconds time_from(const Json& json) {
  constexpr std::int64_t k_most = 100LL * 366 * 86400;
  if (!json.is_number_integer()) refuse_part("history", "time_s is not a number of seconds");
  const bool large =
      json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(k_most);
  const std::int64_t seconds = large ? k_most + 1 : json.get<std::int64_t>();
  if (seconds > k_most || seconds < -k_most) refuse_part("history", "time_s is out of range");
  return std::chrono::seconds(seconds);
}

}  // namespace

void refuse_part(const std::string& key, const char* why) {
  throw DataError(fmt::format("{}: {}", printable(key), why));
}

std::string plain_text(const Json& json, const std::string& key) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_number_integer() || json.is_boolean() || json.is_number()) return json.dump();
  refuse_part(key, "neither a string nor a number");
}

std::string maybe_text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? std::string() : plain_text(*found, key);
}

Link link_from(const Json& json, const NameRule& names) {
  if (!json.is_object()) refuse_part("links", "not a list of {type, patch}");
  Link link{maybe_text(json, "type"), names.parse_or_throw(maybe_text(json, "patch"))};
  const auto& types = link_types();
  if (std::find(types.begin(), types.end(), link.type) == types.end()) {
    throw DataError(fmt::format("links: no link type '{}'", printable(link.type)),
                    did_you_mean(link.type, types));
  }
  return link;
}

/// @param earlier how many events precede it in its history
Event event_from(const Json& json, std::size_t earlier) {
  if (!json.is_object()) refuse_part("history", "not a list of events");
  Event event;
  event.at = maybe_text(json, "at");
  event.actor = maybe_text(json, "actor");
  event.via = maybe_text(json, "via");
  event.action = maybe_text(json, "action");
  event.comment = maybe_text(json, "comment");
  const std::vector<std::string>& known = event_actions();
  if (std::find(known.begin(), known.end(), event.action) == known.end()) {
    refuse_part("history", "an event without a known action");
  }
  event.at = moment_from(event.at, "history", "an event without time");
  if (const auto found = json.find("changes"); found != json.end() && !found->is_null()) {
    check_changes(*found);
    event.changes = decode_changes(found->dump());
  }
  event.kind = kind_of(event.action, event.changes);
  if (const auto found = json.find("time_s"); found != json.end() && !found->is_null()) {
    event.time = time_from(*found);
  }
  if (const auto found = json.find("inputs"); found != json.end() && !found->is_null()) {
    event.inputs = found->dump();
  }
  if (const std::string day = maybe_text(json, "worked_on"); !day.empty()) {
    constexpr std::size_t k_day = 10;
    if (day.size() != k_day || !parse_iso8601(day))
      refuse_part("history", "worked_on is not a day");
    event.worked_on = day;
  }
  if (const auto found = json.find("revokes"); found != json.end() && !found->is_null()) {
    // By its position in the history: ids are assigned when the events are written.
    const auto place = found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
    if (place == 0 || place > earlier) refuse_part("history", "revokes names no earlier event");
    event.revokes = place;
  }
  return event;
}

std::vector<Jar> jars_from(const Json& json) {
  if (!json.is_array()) refuse_part("jars", "not a list of jars");
  std::vector<Jar> jars;
  std::set<std::string> names;
  for (const Json& one : json) {
    jars.push_back(jar_from(one));
    if (!names.insert(jars.back().name).second) refuse_part("jars", "the same jar twice");
  }
  return jars;
}

}  // namespace upkeep::patch
