// SPDX-License-Identifier: MIT
#include "patch/exchange/draft.hpp"

#include "base/text.hpp"
#include "patch/model/date.hpp"
#include "patch/model/encoding.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

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
  throw DataError(fmt::format("number: '{}' is not one", printable(value)));
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

bool is_blank(const ImportMap& map, const std::string& value) {
  return value.empty() || std::find(map.blank.begin(), map.blank.end(), value) != map.blank.end();
}

/// A patch has one of these, and a row may not say two things.
void set_once(std::optional<std::string>& member, const std::string& target,
              const std::string& value) {
  if (member && *member != value) {
    throw DataError(
        fmt::format("{}: '{}' and '{}' in one row", target, printable(*member), printable(value)));
  }
  member = value;
}

}  // namespace

/// Takes one value; a field that holds several collects them.
void DraftMaker::set(Draft& draft, const std::string& target, const std::string& value) {
  Patch& patch = draft.patch;
  if (!patch.ref) patch.ref = PatchRef{};
  if (value.empty()) return;
  if (!is_utf8(value)) throw DataError(fmt::format("{}: not valid UTF-8", target));
  if (value.find('\0') != std::string::npos) {
    throw DataError(fmt::format("{}: a NUL character in it", target));
  }
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
    set_once(patch.state, target, value);
  } else if (target == "lifecycle") {
    set_once(patch.lifecycle, target, value);
  } else if (target == "created_at") {
    set_once(patch.created_at, target, iso_moment(target, value));
  } else if (target == "released_at") {
    set_once(patch.released_at, target, iso_moment(target, value));
  } else if (target == "requested_at") {
    set_once(patch.requested_at, target, iso_moment(target, value));
  } else if (target == "created_by") {
    set_once(patch.created_by, target, value);
  } else if (target == "requested_by") {
    set_once(patch.requested_by, target, value);
  } else if (target == "queue") {
    const auto queue = parse_queue_id(value);
    if (!queue) throw DataError(fmt::format("queue: '{}' is no queue id", printable(value)));
    if (patch.queue && *patch.queue != *queue) {
      throw DataError(
          fmt::format("queue: {} and {} in one row", queue_id(*patch.queue), queue_id(*queue)));
    }
    patch.queue = queue;
  } else {
    const Field& field = field_called(m_registry.type(), m_config, target);
    if (field.key == k_platform_key && patch.ref->platform.empty() && platform_key(value)) {
      patch.ref->platform = value;
    }
    // An export brings back what is stored, blanks included.
    const std::string_view typed = draft.has_history ? std::string_view(value) : trim_blanks(value);
    std::string stored = m_registry.checked(field, std::string(typed));
    if (stored.empty()) return;
    Values& values = patch.fields[field.key];
    if (std::find(values.begin(), values.end(), stored) != values.end()) return;
    if (!values.empty() && !field.unbounded) {
      throw DataError(fmt::format("{}: holds one value, and the row has two", field.key));
    }
    values.push_back(std::move(stored));
  }
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
  return is_date_target(m_registry.type(), target);
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

std::vector<std::string> DraftMaker::parts_of(const ImportMap& map, const std::string& target,
                                              const std::string& cell) {
  const auto separator = map.split.find(target);
  if (separator == map.split.end()) return {cell};
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t at; (at = cell.find(separator->second, start)) != std::string::npos;) {
    parts.push_back(cell.substr(start, at - start));
    start = at + separator->second.size();
  }
  parts.push_back(cell.substr(start));
  return parts;
}

/// Adds what a cell says to the values of its column's target.
void DraftMaker::read_cell(const ImportMap& map, const std::string& header,
                           const std::string& target, const std::string& cell, Values& values) {
  for (const std::string& part : parts_of(map, target, cell)) {
    std::string value(trim_blanks(part));
    if (is_blank(map, value)) continue;
    if (!translate(map, target, value) && is_date(target)) {
      value = date(map, header, target, value);
    }
    if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) continue;
    values.push_back(std::move(value));
  }
}

/// What the row is recognised by. @throws DataError where a column of the key is empty
std::string DraftMaker::key_of(const std::vector<std::string>& headers,
                               const std::vector<std::string>& cells, const ImportMap& map) {
  std::string key;
  for (const std::string& header : map.key) {
    const auto at = static_cast<std::size_t>(std::find(headers.begin(), headers.end(), header) -
                                             headers.begin());
    if (at >= cells.size() || cells[at].empty() || is_blank(map, cells[at])) {
      throw DataError(fmt::format("the key column '{}' is empty", printable(header)));
    }
    // The unit separator is in no cell that a person has typed.
    key += (key.empty() ? "" : "\x1f") + cells[at];
  }
  return key;
}

Draft DraftMaker::of_row(const std::vector<std::string>& headers,
                         const std::vector<std::string>& cells, const ImportMap& map) {
  Draft draft;
  draft.patch.import_key = key_of(headers, cells, map);
  std::map<std::string, Values> values;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto column = map.columns.find(headers[i]);
    if (column == map.columns.end() || column->second.empty() || cells[i].empty()) continue;
    if (is_blank(map, cells[i])) continue;
    read_cell(map, headers[i], column->second, cells[i], values[column->second]);
  }
  for (const auto& [target, value] : map.defaults) {
    if (values[target].empty()) values[target].push_back(value);
  }
  draft.patch.ref = PatchRef{};
  // The name first: it brings platform and number.
  for (const char* first : {"platform", "patch", "number"}) {
    for (const std::string& value : values[first]) set(draft, first, value);
  }
  std::string canonical;
  for (const auto& [target, list] : values) {
    for (const std::string& value : list) {
      if (target != "platform" && target != "patch" && target != "number")
        set(draft, target, value);
      canonical.append(target).append("=").append(value).append("\n");
    }
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

}  // namespace upkeep::patch
