// SPDX-License-Identifier: MIT
#include "patch/exchange/row_drafts.hpp"

#include "base/text.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch {

namespace {

bool is_blank(const ImportMap& map, const std::string& value) {
  return value.empty() || std::find(map.blank.begin(), map.blank.end(), value) != map.blank.end();
}

std::vector<std::string> parts_of(const ImportMap& map, const std::string& target,
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

/// The key of a row. @throws DataError if a column of the key is empty
std::string key_of(const std::vector<std::string>& headers, const std::vector<std::string>& cells,
                   const ImportMap& map) {
  std::string key;
  for (const std::string& header : map.key) {
    const auto at = static_cast<std::size_t>(std::find(headers.begin(), headers.end(), header) -
                                             headers.begin());
    if (at >= cells.size() || cells[at].empty() || is_blank(map, cells[at])) {
      throw DataError(fmt::format("the key column '{}' is empty", printable(header)));
    }
    // The unit separator does not occur in cells that people type.
    key += (key.empty() ? "" : "\x1f") + cells[at];
  }
  return key;
}

}  // namespace

/// A cell's date as it is stored, parsed by the map's formats, if any.
std::string RowDrafts::date(const ImportMap& map, const std::string& header,
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
    m_values.note_if_ambiguous(header, value);
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

/// Adds a cell's contents to the values of its column's target.
void RowDrafts::read_cell(const ImportMap& map, const std::string& header,
                          const std::string& target, const std::string& cell, Values& values) {
  for (const std::string& part : parts_of(map, target, cell)) {
    std::string value(trim_blanks(part));
    if (is_blank(map, value)) continue;
    if (const std::string* translated = map.translated(target, value)) {
      value = *translated;
    } else if (m_values.is_date(target)) {
      value = date(map, header, target, value);
    }
    if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) continue;
    values.push_back(std::move(value));
  }
}

Draft RowDrafts::of_values(const std::vector<std::pair<std::string, std::string>>& values) {
  Draft draft;
  std::string canonical;
  for (const auto& [key, value] : values) {
    const bool name = key == k_name_key && !draft.patch.ref;
    if (name && m_registry.names().parse(value)) m_values.set(draft, "patch", value);
    m_values.set(draft, key, value);
    canonical.append(key).append("=").append(value).append("\n");
  }
  if (!draft.patch.ref || draft.patch.ref->number == 0) {
    throw DataError(fmt::format("{} is not a patch name", k_name_key));
  }
  m_checks.finish(draft, canonical);
  return draft;
}

Draft RowDrafts::of_row(const std::vector<std::string>& headers,
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
  // The name first: it determines platform and number.
  for (const char* first : {"platform", "patch", "number"}) {
    for (const std::string& value : values[first]) m_values.set(draft, first, value);
  }
  std::string canonical;
  for (const std::string& header : headers) {
    const auto column = map.columns.find(header);
    if (column != map.columns.end() && values[column->second].empty()) {
      m_values.set_empty(draft, column->second);
    }
  }
  for (const auto& [target, list] : values) {
    for (const std::string& value : list) {
      if (target != "platform" && target != "patch" && target != "number")
        m_values.set(draft, target, value);
      canonical.append(target).append("=").append(value).append("\n");
    }
  }
  if (draft.patch.ref->number == 0 && !map.assign_numbers) {
    throw DataError("it has no number", "a map with assign_numbers = true draws the next one");
  }
  if (draft.patch.ref->number == 0 && map.key.empty()) {
    throw DataError("it has no number and the map has no key: it could not be recognised again");
  }
  m_checks.finish(draft, canonical);
  return draft;
}

}  // namespace upkeep::patch
