// SPDX-License-Identifier: MIT
#include "patch/exchange/import_map.hpp"

#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "config/toml_table.hpp"
#include "patch/model/date.hpp"
#include "patch/model/document.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <toml++/toml.h>

namespace upkeep::patch {

namespace {

/// Reads one map file; unknown keys are errors.
class MapReader {
 public:
  MapReader(std::string what, const ArtifactType& type, const config::Patch& config)
      : m_what(std::move(what)), m_type(type), m_config(config) {}

  ImportMap read(const std::string& text) {
    const toml::table table = config::parse_toml(text, m_what, config::TomlUse::data);
    for (const auto& [key, node] : table) read_key(std::string(key.str()), node);
    read_own_dates(table);
    for (const std::string& header : m_map.key) {
      if (m_map.columns.contains(header)) continue;
      throw DataError(
          fmt::format("{}: key = \"{}\" is not among [columns]", m_what, printable(header)));
    }
    return std::move(m_map);
  }

 private:
  [[noreturn]] void fail(const toml::node& node, const std::string& why, std::string advice = {}) {
    throw DataError(fmt::format("{}:{}: {}", m_what, node.source().begin.line, why),
                    std::move(advice));
  }
  std::string text(const toml::node& node, const std::string& key) {
    if (const auto value = node.value_exact<std::string>()) return *value;
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    fail(node, key + ": not a string");
  }
  bool flag(const toml::node& node, const std::string& key) {
    if (const auto value = node.value_exact<bool>()) return *value;
    fail(node, key + ": neither true nor false");
  }
  std::vector<std::string> texts(const toml::node& node, const std::string& key) {
    const toml::array* array = node.as_array();
    if (array == nullptr) fail(node, key + ": not a list of strings");
    std::vector<std::string> out;
    for (const auto& one : *array) out.push_back(text(one, key));
    return out;
  }
  const toml::table& table(const toml::node& node, const std::string& key) {
    if (const toml::table* found = node.as_table()) return *found;
    fail(node, key + ": not a table");
  }
  std::string target(const toml::node& node, const std::string& word) {
    if (auto found = target_called(m_type, m_config, word)) return *found;
    std::vector<std::string> known = m_type.keys();
    known.insert(known.end(), row_targets().begin(), row_targets().end());
    fail(node, fmt::format("no field '{}'", printable(word)),
         did_you_mean(word, known, "'pmt-patch fields' lists them"));
  }
  std::map<std::string, std::string> pairs(const toml::node& node, const std::string& key,
                                           bool keys_are_targets) {
    std::map<std::string, std::string> out;
    for (const auto& [name, value] : table(node, key)) {
      const std::string word(name.str());
      out[keys_are_targets ? target(value, word) : word] = text(value, word);
    }
    return out;
  }

  void read_key(const std::string& key, const toml::node& node) {
    if (key == "key") {
      m_map.key = node.is_array() ? texts(node, key) : Values{text(node, key)};
      for (std::string& header : m_map.key) header = std::string(trim_blanks(header));
    } else if (key == "encoding") {
      m_map.encoding = text(node, key);
      if (m_map.encoding == "auto") m_map.encoding.clear();
    } else if (key == "separator") {
      const std::string separator = text(node, key);
      if (separator.size() != 1) fail(node, "separator: not one character");
      m_map.separator = separator[0];
    } else if (key == "assign_numbers") {
      m_map.assign_numbers = flag(node, key);
    } else if (key == "ignore_other_columns") {
      m_map.ignore_other_columns = flag(node, key);
    } else if (key == "blank") {
      m_map.blank = texts(node, key);
    } else if (key == "columns") {
      read_columns(node);
    } else if (key == "dates") {
      read_dates(node);
    } else if (key == "values") {
      for (const auto& [name, value] : table(node, key)) {
        const std::string word(name.str());
        for (auto& [from, to] : pairs(value, word, false)) {
          m_map.values[target(value, word)][from] = to;
        }
      }
    } else if (key == "states") {
      for (auto& [from, to] : pairs(node, key, false)) m_map.values["state"][from] = to;
    } else if (key == "defaults") {
      m_map.defaults = pairs(node, key, true);
    } else if (key == "split") {
      m_map.split = pairs(node, key, true);
      for (const auto& [name, separator] : m_map.split) {
        if (separator.empty()) fail(node, name + ": an empty separator");
      }
    } else {
      static const std::vector<std::string> k_known{
          "key",      "encoding", "separator", "assign_numbers", "ignore_other_columns",
          "blank",    "columns",  "dates",     "values",         "states",
          "defaults", "split"};
      fail(node, fmt::format("unknown key '{}'", key), did_you_mean(key, k_known));
    }
  }

  void read_columns(const toml::node& node) {
    for (const auto& [name, value] : table(node, "columns")) {
      const std::string header(trim_blanks(name.str()));
      const std::string word = text(value, header);
      m_map.columns[header] = word.empty() ? std::string() : target(value, word);
    }
  }

  /// One or several date formats.
  std::vector<std::string> formats(const toml::node& node, const std::string& key) {
    const bool one = node.is_string();
    std::vector<std::string> list = one ? Values{text(node, key)} : texts(node, key);
    for (const std::string& format : list) {
      const std::string problem = date_format_problem(format);
      if (problem.empty()) continue;
      fail(node, fmt::format("{}: \"{}\": {}", key, printable(format), problem),
           "write it as strptime(3) does, like %d/%m/%Y, or iso for ISO 8601");
    }
    return list;
  }

  void read_dates(const toml::node& node) {
    for (const auto& [name, value] : table(node, "dates")) {
      if (name.str() == "formats") {
        m_map.date_formats = formats(value, "formats");
      } else if (name.str() == "columns") {
        for (const auto& [column, list] : table(value, "columns")) {
          const std::string header(trim_blanks(column.str()));
          m_map.column_dates[header] = formats(list, header);
          m_date_columns.emplace_back(header, &list);
        }
      } else if (name.str() == "unreadable") {
        const std::string word = text(value, "unreadable");
        if (word != "reject" && word != "blank") fail(value, "unreadable: \"reject\" or \"blank\"");
        m_map.blank_unreadable_dates = word == "blank";
      } else {
        fail(value, fmt::format("unknown key '{}'", name.str()),
             did_you_mean(name.str(), {"formats", "columns", "unreadable"}));
      }
    }
  }

  /// The formats for dates within the map itself ([defaults] and [values]).
  std::vector<std::string> formats_of(const std::string& target) {
    std::vector<std::string> list;
    for (const auto& [header, column] : m_map.columns) {
      const auto own = m_map.column_dates.find(header);
      if (column != target || own == m_map.column_dates.end()) continue;
      list.insert(list.end(), own->second.begin(), own->second.end());
    }
    return list.empty() ? m_map.date_formats : list;
  }

  void read_date_of(const toml::node& node, const std::string& target, std::string& value) {
    const std::vector<std::string> formats = formats_of(target);
    if (value.empty() || formats.empty() || !is_date_target(m_type, target)) return;
    const DateReading reading = read_date(value, formats);
    if (reading.other) {
      fail(node,
           fmt::format("{}: '{}' is ambiguous by the formats of [dates]", target, printable(value)),
           "write it like 2014-03-31");
    }
    const auto date = reading.date ? reading.date : read_date(value, {"iso"}).date;
    if (!date) {
      fail(node, fmt::format("{}: {} by the formats of [dates]", target, date_problem(value)),
           "write it like 2014-03-31");
    }
    value = *date;
  }

  /// Dates in [defaults] and [values] are read like those of the file; ISO 8601 is never ambiguous.
  void read_own_dates(const toml::table& whole) {
    for (const auto& [header, node] : m_date_columns) {
      if (m_map.columns.contains(header)) continue;
      std::vector<std::string> headers;
      headers.reserve(m_map.columns.size());
      for (const auto& [name, unused] : m_map.columns) headers.push_back(name);
      fail(*node, fmt::format("[dates.columns]: '{}' is not among [columns]", printable(header)),
           did_you_mean(header, headers));
    }
    if (const toml::node* node = whole.get("defaults")) {
      for (auto& [target, value] : m_map.defaults) read_date_of(*node, target, value);
    }
    if (const toml::node* node = whole.get("values")) {
      for (auto& [target, pairs] : m_map.values) {
        for (auto& [from, to] : pairs) read_date_of(*node, target, to);
      }
    }
  }

  std::string m_what;
  std::vector<std::pair<std::string, const toml::node*>> m_date_columns;
  const ArtifactType& m_type;
  const config::Patch& m_config;
  ImportMap m_map;
};

}  // namespace

const std::vector<std::string>& row_targets() {
  static const std::vector<std::string> k_targets{
      "patch",      "platform",    "number",       "state",        "lifecycle", "created_at",
      "created_by", "released_at", "requested_at", "requested_by", "queue"};
  return k_targets;
}

bool is_date_target(const ArtifactType& type, const std::string& target) {
  const Field* field = type.find(target);
  const bool moment = target == "created_at" || target == "released_at" || target == "requested_at";
  return moment || (field != nullptr && field->type == FieldType::date);
}

std::optional<std::string> target_called(const ArtifactType& type, const config::Patch& config,
                                         const std::string& word) {
  const auto& targets = row_targets();
  if (std::find(targets.begin(), targets.end(), word) != targets.end()) return word;
  try {
    return field_called(type, config, word).key;
  } catch (const DataError&) {
    return std::nullopt;
  }
}

const std::string* ImportMap::translated(const std::string& target,
                                         const std::string& value) const {
  const auto table = values.find(target);
  if (table == values.end()) return nullptr;
  for (const auto& [from, to] : table->second) {
    if (same_ignoring_case(from, value)) return &to;
  }
  return nullptr;
}

ImportMap ImportMap::parse(const std::string& toml, const std::string& what,
                           const ArtifactType& type, const config::Patch& config) {
  return MapReader(what, type, config).read(toml);
}

}  // namespace upkeep::patch
