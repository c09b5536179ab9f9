// SPDX-License-Identifier: MIT
#include "patch/exchange/json_drafts.hpp"

#include "base/text.hpp"
#include "patch/exchange/draft_parts.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/exchange/row_json.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"
#include "record/json_shape.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace upkeep::patch {

namespace {

using Json = nlohmann::ordered_json;

bool is_key(const std::string& name) {
  return !name.empty() && name.find_first_of("= \t\r\n") == std::string::npos;
}

/// A list in a cell, as an export writes it. The text of a field may merely begin like one.
Json json_of_cell(const std::string& header, const std::string& cell, bool nested) {
  if (!nested && json_shape_problem(cell).empty() && !Json::accept(cell)) return cell;
  try {
    return row_json(cell, header == "history");
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}: {}", header, error.what()));
  }
}

/// A request is open or declined; once promoted, it belongs to its patch.
void check_queue_state(Draft& draft) {
  std::string& state = draft.patch.queue_state;
  if (draft.is_request) {
    if (!state.empty() && state != "open" && state != "declined")
      refuse_part("queue_state", "neither open nor declined");
  } else if (!state.empty() && (state != "promoted" || !draft.patch.queue)) {
    refuse_part("queue_state", "a patch allows only 'promoted', with a queue id");
  }
}

}  // namespace

Draft JsonDrafts::of_json(const std::string& text) {
  const Json json = row_json(text);
  if (!json.is_object()) throw DataError("not a JSON object");
  return of_object(json, json.dump());
}

/// An export includes fields of earlier artifact types, and they are restored.
void JsonDrafts::set_fields(Draft& draft, const Json& fields) {
  if (!fields.is_object()) refuse_part("fields", "not an object");
  for (const auto& [name, field] : fields.items()) {
    const bool left = draft.has_history && m_registry.type().find(name) == nullptr && is_key(name);
    if (field.is_null() || field.empty()) m_values.set_empty(draft, name);
    for (const Json& one : field.is_array() ? field : Json::array({field})) {
      if (one.is_null() && !field.is_array()) continue;
      if (left) {
        draft.patch.fields[name].push_back(plain_text(one, name));
      } else {
        m_values.set(draft, name, plain_text(one, name));
      }
    }
  }
}

/// Sets one member other than `patch`, `platform` and `number`. @returns false if there is none
/// with that name
bool JsonDrafts::set_member(Draft& draft, const std::string& key, const Json& value) {
  Patch& patch = draft.patch;
  if (key == "fields") {
    set_fields(draft, value);
  } else if (key == "links") {
    if (!value.is_array()) refuse_part(key, "not a list");
    for (const Json& one : value) {
      Link link = link_from(one, m_registry.names());
      const bool twice =
          std::find(patch.links.begin(), patch.links.end(), link) != patch.links.end();
      if (!twice) patch.links.push_back(std::move(link));
    }
  } else if (key == "history") {
    if (!value.is_array()) refuse_part(key, "not a list");
    for (const Json& one : value) draft.events.push_back(event_from(one, draft.events.size()));
  } else if (key == "jars") {
    draft.jars = jars_from(value);
  } else if (key == "category") {
    patch.category = plain_text(value, key);
  } else if (key == "state_since") {
    const auto since = normalized_date(plain_text(value, key));
    if (!since) refuse_part(key, "not a time");
    patch.state_since = iso_time(sql_time(since));
  } else if (key == "lifecycle_version") {
    patch.lifecycle_version = to_integer(plain_text(value, key));
    if (!patch.lifecycle_version || *patch.lifecycle_version < 1) refuse_part(key, "not a version");
  } else if (key == "queue_state") {
    patch.queue_state = plain_text(value, key);
  } else if (key != "ticks" && key != "time_s") {  // those follow from the history
    const auto& targets = row_targets();
    if (std::find(targets.begin(), targets.end(), key) == targets.end()) return false;
    m_values.set(draft, key, plain_text(value, key));
  }
  return true;
}

Draft JsonDrafts::of_object(const Json& json, std::string_view canonical) {
  Draft draft;
  Patch& patch = draft.patch;
  patch.ref = PatchRef{};
  const auto history = json.find("history");
  draft.has_history = history != json.end() && history->is_array();
  const auto queue = parse_queue_id(maybe_text(json, "patch"));
  draft.is_request = queue.has_value();
  if (queue) m_values.set(draft, "queue", queue_id(*queue));
  for (const char* first : {"patch", "platform", "number"}) {
    const std::string value = maybe_text(json, first);
    if (draft.is_request && std::string_view(first) != "patch" && !value.empty()) {
      refuse_part(first, "a request has none");
    }
    if (!draft.is_request) m_values.set(draft, first, value);
  }
  for (const auto& [key, value] : json.items()) {
    if (value.is_null() || key == "patch" || key == "platform" || key == "number") continue;
    if (set_member(draft, key, value)) continue;
    throw DataError(fmt::format("no member '{}'", printable(key)),
                    did_you_mean(key, row_targets()));
  }
  check_queue_state(draft);
  if (const Event* annulled = voiding(draft.events)) {
    patch.voided_at = annulled->at;
    patch.voided_by = annulled->actor;
  }
  if (patch.category && m_registry.type().find(k_category_key) != nullptr &&
      !patch.fields.contains(k_category_key) && !draft.has_history) {
    m_values.set(draft, k_category_key, *patch.category);
  }
  m_checks.finish(draft, canonical);
  if (patch.ref && patch.ref->number == 0) throw DataError("it has no number");
  return draft;
}

Draft JsonDrafts::of_export_row(const std::vector<std::string>& headers,
                                const std::vector<std::string>& cells) {
  if (cells.size() > headers.size()) {
    throw DataError(fmt::format("{} cells under {} headers", cells.size(), headers.size()));
  }
  Json object = Json::object();
  Json fields = Json::object();
  std::string canonical;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string& header = headers[i];
    if (cells[i].empty()) {
      if (m_registry.type().find(header) != nullptr) fields.emplace(header, nullptr);
      continue;
    }
    canonical += header + "=" + cells[i] + "\n";
    const bool nested =
        header == "links" || header == "history" || header == "ticks" || header == "jars";
    const Field* field = m_registry.type().find(header);
    const bool list = field != nullptr && field->unbounded && cells[i].starts_with("[");
    Json value = cells[i];
    if (nested || list) {
      Json parsed = json_of_cell(header, cells[i], nested);
      if (parsed.is_array()) value = std::move(parsed);
    }
    Json& members = field != nullptr ? fields : object;
    if (!members.contains(header) || members[header].is_null()) {
      members[header] = std::move(value);
      continue;
    }
    // Repeated headers are the values of one field.
    Json both = members[header].is_array() ? members[header] : Json::array({members[header]});
    if (!value.is_array()) value = Json::array({value});
    both.insert(both.end(), value.begin(), value.end());
    members[header] = std::move(both);
  }
  object["fields"] = std::move(fields);
  return of_object(object, canonical);
}

}  // namespace upkeep::patch
