// SPDX-License-Identifier: MIT
#include "pmt/lifecycle/event_json.hpp"

#include "pmt/records.hpp"

#include <nlohmann/json.hpp>

namespace upkeep::pmt::lifecycle {

namespace {

Value value_of(const nlohmann::ordered_json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_array()) {
    ValueList list;
    for (const auto& one : json) list.push_back(value_of(one));
    return list;
  }
  if (json.is_object()) {
    ValueObject object;
    for (const auto& [key, one] : json.items()) object.emplace_back(key, value_of(one));
    return object;
  }
  return {};
}

}  // namespace

Value value_of_json(const std::string& text) {
  if (text.empty()) return {};
  return value_of(nlohmann::ordered_json::parse(text, nullptr, false));
}

ValueObject event_object(const Event& event, const Change& change, const Patch& patch,
                         const ArtifactType& type, const NameRule& names) {
  return {{"event", event.id},
          {"at", event.at},
          {"patch", name_of(patch, names)},
          {"actor", event.actor},
          {"action", event.action},
          {"key", null_if_empty(change.key)},
          {"from", change.from},
          {"to", change.to},
          {"time_s", event.time_s},
          {"comment", null_if_empty(event.comment)},
          {"inputs", value_of_json(event.inputs)},
          {"fields", fields_object(patch, type)}};
}

}  // namespace upkeep::pmt::lifecycle
