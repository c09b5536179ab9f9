// SPDX-License-Identifier: MIT
#include "pmt/draft.hpp"

#include "base/text.hpp"
#include "pmt/date.hpp"
#include "pmt/encoding.hpp"
#include "pmt/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::pmt {

namespace {

std::string iso_moment(const std::string& target, const std::string& value) {
  const auto date = normalized_date(value);
  if (!date) throw DataError(fmt::format("{}: {}", target, date_problem(value)));
  return *iso_time(sql_time(date));
}

/// `0012`, `12`, `patch0012`.
std::uint32_t number_of(const std::string& value) {
  static const Regex form("(?i)(?:patch)?[-_ #]*0*([0-9]{1,9})");
  if (form.matches(value)) {
    const auto number = to_integer(form.groups(value)->at(1));
    if (number && *number > 0) return static_cast<std::uint32_t>(*number);
  }
  throw DataError(fmt::format("number: '{}' is none", printable(value)));
}

/// See fingerprint().
std::string to_hex_hash(std::string_view text) {
  std::string out;
  for (std::uint64_t hash : {14695981039346656037ULL, 0x9e3779b97f4a7c15ULL}) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash ^= hash >> 32U;
    out += fmt::format("{:016x}", hash);
  }
  return out;
}

/// What the map's [values] make of a cell, case ignored. @returns whether they have it
bool translate(const ImportMap& map, const std::string& target, std::string& value) {
  const auto table = map.values.find(target);
  if (table == map.values.end()) return false;
  for (const auto& [from, to] : table->second) {
    if (lower(from) != lower(value)) continue;
    value = to;
    return true;
  }
  return false;
}

}  // namespace

std::string fingerprint(std::string_view text) {
  return to_hex_hash(text);
}

/// Takes one value; a field that holds several collects them.
void DraftMaker::set(Draft& draft, const std::string& target, const std::string& value) {
  Patch& patch = draft.patch;
  if (!patch.ref) patch.ref = PatchRef{};
  if (value.empty()) return;
  if (!is_utf8(value)) throw DataError(fmt::format("{}: not valid UTF-8", target));
  if (is_date(target)) note_if_ambiguous(target, value);
  if (target == "platform") {
    check_platform(value);
    if (!patch.ref->platform.empty() && patch.ref->platform != value) {
      throw DataError(
          fmt::format("platform: '{}', but the name says {}", value, patch.ref->platform));
    }
    patch.ref->platform = value;
  } else if (target == "number") {
    const std::uint32_t number = number_of(value);
    if (patch.ref->number != 0 && patch.ref->number != number) {
      throw DataError(fmt::format("number: {}, but the name says {}", number, patch.ref->number));
    }
    patch.ref->number = number;
  } else if (target == "patch") {
    if (const auto ref = m_registry.names().parse(value)) {
      set(draft, "platform", ref->platform);
      set(draft, "number", std::to_string(ref->number));
    } else {
      try {
        set(draft, "number", value);
      } catch (const DataError&) {
        (void)m_registry.names().parse_or_throw(value);
      }
    }
  } else if (target == "state") {
    patch.state = value;
  } else if (target == "lifecycle") {
    patch.lifecycle = value;
  } else if (target == "created_at") {
    patch.created_at = iso_moment(target, value);
  } else if (target == "released_at") {
    patch.released_at = iso_moment(target, value);
  } else if (target == "requested_at") {
    patch.requested_at = iso_moment(target, value);
  } else if (target == "created_by") {
    patch.created_by = value;
  } else if (target == "requested_by") {
    patch.requested_by = value;
  } else if (target == "queue") {
    patch.queue = parse_queue_id(value);
    if (!patch.queue) throw DataError(fmt::format("queue: '{}' is no queue id", printable(value)));
  } else {
    const Field& field = field_called(m_registry.type(), m_config, target);
    if (field.key == k_platform_key && patch.ref->platform.empty() && platform_key(value)) {
      patch.ref->platform = value;
    }
    std::string stored = m_registry.checked(field, value);
    Values& values = patch.fields[field.key];
    if (!values.empty() && !field.unbounded) {
      throw DataError(fmt::format("{}: holds one value, and the row has two", field.key));
    }
    if (std::find(values.begin(), values.end(), stored) == values.end()) {
      values.push_back(std::move(stored));
    }
  }
}

/// What every imported patch has.
void DraftMaker::finish(Draft& draft, std::string_view canonical) {
  Patch& patch = draft.patch;
  const ArtifactType& type = m_registry.type();
  if (!patch.ref || patch.ref->platform.empty()) {
    throw DataError("it has no platform", "a map can give one in [defaults]");
  }
  if (!draft.has_history) {
    const auto fill = [&](const char* key, const std::string& value) {
      if (type.find(key) != nullptr && !patch.fields.contains(key)) patch.fields[key] = {value};
    };
    fill(k_platform_key, patch.ref->platform);
    fill(k_category_key, "normal");
    if (patch.ref->number != 0) fill(k_name_key, m_registry.names().format(*patch.ref));
    const std::string released = first_value(patch.fields, k_released_key);
    if (!patch.released_at && !released.empty()) patch.released_at = iso_time(sql_time(released));
  }
  if (const std::string category = first_value(patch.fields, k_category_key); !category.empty()) {
    patch.category = category;
  } else if (!patch.category && !draft.has_history) {
    patch.category = "normal";
  }
  if (patch.ref->number != 0 || type.find(k_name_key) == nullptr) type.check_required(patch.fields);
  draft.hash = fingerprint(canonical);
}

Draft DraftMaker::of_values(const std::vector<std::pair<std::string, std::string>>& values) {
  Draft draft;
  std::string canonical;
  for (const auto& [key, value] : values) {
    const bool name = key == k_name_key && !draft.patch.ref;
    if (name && m_registry.names().parse(value)) set(draft, "patch", value);
    set(draft, key, value);
    canonical.append(key).append("=").append(value).append("\n");
  }
  if (!draft.patch.ref || draft.patch.ref->number == 0) {
    throw DataError(fmt::format("{} is no patch name", k_name_key));
  }
  finish(draft, canonical);
  return draft;
}

bool DraftMaker::is_date(const std::string& target) {
  const Field* field = m_registry.type().find(target);
  return target.ends_with("_at") || (field != nullptr && field->type == FieldType::date);
}

void DraftMaker::note_if_ambiguous(const std::string& column, const std::string& value) {
  const auto month_first = month_first_reading(value);
  if (!month_first) return;
  AmbiguousDates& noted = m_ambiguous[column];
  if (++noted.count > 1) return;
  noted.sample = value;
  noted.day_first = normalized_date(value).value_or("");
  noted.month_first = *month_first;
}

/// A cell's date as it is stored, by the map's formats where it has some.
std::string DraftMaker::date(const ImportMap& map, const std::string& header,
                             const std::string& target, const std::string& value) {
  const auto own = map.column_dates.find(header);
  const auto& formats = own != map.column_dates.end() ? own->second : map.date_formats;
  const auto refuse = [&](const std::string& why) -> std::string {
    if (map.blank_unreadable_dates) return {};
    throw DataError(fmt::format("{}: {}", target, why));
  };
  if (formats.empty()) {
    const auto usual = normalized_date(value);
    if (!usual) return refuse(date_problem(value));
    note_if_ambiguous(header, value);
    return *usual;
  }
  const DateReading reading = read_date(value, formats);
  if (!reading.date) {
    return refuse(fmt::format("{}; the map reads {}", date_problem(value),
                              "\"" + join(formats, "\", \"") + "\""));
  }
  if (reading.other) {
    throw DataError(fmt::format("{}: '{}' is ambiguous: by the map's formats it is {} or {}",
                                target, printable(value), *reading.date, *reading.other));
  }
  return *reading.date;
}

Draft DraftMaker::of_row(const std::vector<std::string>& headers,
                         const std::vector<std::string>& cells, const ImportMap& map) {
  Draft draft;
  std::map<std::string, Values> values;
  std::string canonical;
  if (cells.size() > headers.size()) {
    throw DataError(fmt::format("{} cells under {} headers", cells.size(), headers.size()));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto column = map.columns.find(headers[i]);
    std::string cell(trim(cells[i]));
    if (std::find(map.blank.begin(), map.blank.end(), cell) != map.blank.end()) cell.clear();
    if (headers[i] == map.key && !map.key.empty()) draft.patch.import_key = cell;
    if (column == map.columns.end() || column->second.empty() || cell.empty()) continue;
    const std::string& target = column->second;
    const auto separator = map.split.find(target);
    Values parts{cell};
    if (separator != map.split.end()) {
      parts.clear();
      std::size_t start = 0;
      for (std::size_t at; (at = cell.find(separator->second, start)) != std::string::npos;) {
        parts.push_back(cell.substr(start, at - start));
        start = at + separator->second.size();
      }
      parts.push_back(cell.substr(start));
    }
    for (const std::string& part : parts) {
      std::string value(trim(part));
      if (std::find(map.blank.begin(), map.blank.end(), value) != map.blank.end()) value.clear();
      const bool translated = translate(map, target, value);
      if (!translated && !value.empty() && is_date(target)) {
        value = date(map, headers[i], target, value);
      }
      if (!value.empty()) values[target].push_back(value);
    }
  }
  for (const auto& [target, value] : map.defaults) {
    if (!values.contains(target)) values[target].push_back(value);
  }
  draft.patch.ref = PatchRef{};
  // The name first: it brings platform and number.
  for (const char* first : {"platform", "patch", "number"}) {
    for (const std::string& value : values[first]) set(draft, first, value);
  }
  for (const auto& [target, list] : values) {
    for (const std::string& value : list) {
      if (target != "platform" && target != "patch" && target != "number")
        set(draft, target, value);
      canonical.append(target).append("=").append(value).append("\n");
    }
  }
  if (!map.key.empty() && draft.patch.import_key.empty()) {
    throw DataError(fmt::format("the key column '{}' is empty", map.key));
  }
  if (draft.patch.ref->number == 0 && !map.assign_numbers) {
    throw DataError("it has no number", "a map with assign_numbers = true draws the next one");
  }
  if (draft.patch.ref->number == 0 && map.key.empty()) {
    throw DataError("it has no number and the map no key: it could not be recognised again");
  }
  finish(draft, canonical);
  return draft;
}

}  // namespace upkeep::pmt
