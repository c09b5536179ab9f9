// SPDX-License-Identifier: MIT
#include "patch/registry/form.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/short_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

constexpr std::string_view k_indent = "    ";
constexpr std::string_view k_problem_mark = "#!";
constexpr const char* k_platform_word = "platform";

/// The lines of a text without their ends: CRLF only if every line ends so, because a value may
/// contain a carriage return.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = split(without_bom(text), '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  const bool crlf = std::all_of(lines.begin(), lines.end(),
                                [](const std::string& line) { return line.ends_with('\r'); });
  if (!crlf) return lines;
  for (std::string& line : lines) line.pop_back();
  return lines;
}

bool is_comment(std::string_view line) {
  return line.starts_with('#');
}

/// The line of a value without its indentation.
std::string_view unindented(std::string_view line) {
  if (line.starts_with('\t')) return line.substr(1);
  return line.substr(std::min(line.find_first_not_of(' '), k_indent.size()));
}

void append_comment(std::string& out, const std::string& text) {
  out += text.empty() ? "#\n" : fmt::format("# {}\n", printable(text));
}

void append_value(std::string& out, const std::string& key, const std::string& value) {
  bool first = true;
  for (const std::string& line : split(value, '\n')) {
    if (first) {
      out.append(key).append(line.empty() ? ":" : ": ");
    } else if (!line.empty()) {
      out += k_indent;
    }
    out.append(line).append("\n");
    first = false;
  }
}

/// What a person has to know to fill in a field; empty for any single text.
std::string hint(const Field& field, const std::vector<std::string>& offered) {
  constexpr std::size_t k_most = 20;
  std::vector<std::string> parts;
  if (field.required) parts.emplace_back("required");
  if (field.unbounded) parts.emplace_back("one line for each value");
  if (field.type == FieldType::date) parts.emplace_back("a date like 2014-03-01");
  if (field.type == FieldType::checkbox) parts.emplace_back("true or false");
  if (field.type == FieldType::option_text && field.unbounded) {
    parts.emplace_back("written as option:text");
  }
  if (!offered.empty()) {
    const auto end =
        offered.begin() + static_cast<std::ptrdiff_t>(std::min(offered.size(), k_most));
    parts.push_back("one of " + join({offered.begin(), end}, ", ") +
                    (end == offered.end() ? "" : ", ..."));
  }
  if (!field.validate.empty()) parts.push_back("must match " + field.validate);
  return join(parts, "; ");
}

}  // namespace

Form::Form(const ArtifactType& type, const config::Patch& config, FieldRules::Subject subject)
    : m_type(type), m_config(config), m_subject(subject) {}

bool Form::contains(const Field& field) const {
  if (field.key == k_name_key) return false;  // follows from platform and number
  if (m_subject == FieldRules::Subject::made) return true;
  return !field.readonly && field.key != k_platform_key;
}

std::string Form::key_of(const Field& field) const {
  if (field.key == k_platform_key && m_type.find(k_platform_word) == nullptr) {
    return k_platform_word;
  }
  for (const auto& entry : short_field_keys()) {
    const auto keys = fields_of_key(m_type, m_config, entry.first);
    if (keys.size() == 1 && keys.front() == field.key) return entry.first;
  }
  return field.key;
}

const Field& Form::field_of(const std::string& key, const std::string& value) const {
  if (key == k_platform_word && m_type.find(key) == nullptr) {
    if (const Field* field = m_type.find(k_platform_key)) return *field;
  }
  const auto keys = fields_of_key(m_type, m_config, key);
  if (!keys.empty()) return jira_field(m_type, keys, value);
  const auto [wrong, advice] = no_field(m_type, m_config, key, "field", {});
  throw DataError(wrong, advice);
}

std::string Form::text(const Document& fields, const std::vector<std::string>& heading,
                       const Offered& offered) const {
  std::string out;
  for (const std::string& line : heading) append_comment(out, line);
  const std::string* table = nullptr;
  for (const Field& field : m_type.fields()) {
    if (!contains(field)) continue;
    if (table == nullptr || *table != field.table) {
      table = &field.table;
      out += "\n";
      append_comment(out, "-- " + (table->empty() ? "Fields" : *table));
    }
    const std::string key = key_of(field);
    if (const std::string text = hint(field, offered(field)); !text.empty()) {
      append_comment(out, fmt::format("{}: {}", key, text));
    }
    const Values values = values_in(fields, field.key);
    if (values.empty()) append_value(out, key, {});
    for (const std::string& value : values) append_value(out, key, value);
  }
  return out;
}

Document Form::parse(std::string_view text) const {
  struct FormEntry {
    std::size_t line;
    std::string key, value;
  };
  std::vector<FormEntry> entries;
  std::size_t number = 0, blank_lines = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (is_comment(line)) continue;
    if (trim(line).empty()) {
      ++blank_lines;
      continue;
    }
    if (line.front() == ' ' || line.front() == '\t') {
      if (entries.empty()) {
        throw DataError(fmt::format("line {}: indented, but there is no field above it", number),
                        "write it as 'field: value'");
      }
      std::string& value = entries.back().value;
      value.append(blank_lines + 1, '\n').append(unindented(line));
    } else {
      const auto colon = line.find(':');
      if (colon == std::string::npos) {
        throw DataError(fmt::format("line {}: '{}' is not 'field: value'", number,
                                    ellipsized(printable(line), 40)),
                        "indent it if it continues the value above");
      }
      std::string value = line.substr(colon + 1);
      if (value.starts_with(' ')) value.erase(0, 1);
      entries.push_back({number, std::string(trim(line.substr(0, colon))), std::move(value)});
    }
    blank_lines = 0;
  }
  Document found;
  for (FormEntry& entry : entries) {
    try {
      const Field& field = field_of(entry.key, entry.value);
      if (!contains(field)) {
        throw DataError(fmt::format("{} cannot be changed here", field.key), "remove the line");
      }
      if (!trim(entry.value).empty()) found[field.key].push_back(std::move(entry.value));
    } catch (const DataError& error) {
      throw DataError(fmt::format("line {}: {}", entry.line, error.what()), error.advice());
    }
  }
  return found;
}

Document Form::merged(const Document& stored, const Document& shown, const Document& edited) const {
  Document out = stored;
  for (const Field& field : m_type.fields()) {
    const Values values = values_in(edited, field.key);
    if (!contains(field) || values == values_in(shown, field.key)) continue;
    if (values.empty()) {
      out.erase(field.key);
    } else {
      out[field.key] = values;
    }
  }
  return out;
}

bool is_blank_form(std::string_view text) {
  const auto lines = lines_of(text);
  return std::all_of(lines.begin(), lines.end(), [](const std::string& line) {
    return is_comment(line) || trim(line).empty();
  });
}

std::string with_problem(std::string_view form, const std::string& problem) {
  const auto lines = lines_of(form);
  std::string out =
      fmt::format("{0} {1}\n{0} Correct it, or leave the editor without a change to give up.\n",
                  k_problem_mark, printable(problem));
  for (const std::string& line : lines) {
    if (!line.starts_with(k_problem_mark)) out += line + "\n";
  }
  return out;
}

std::vector<FieldEdit> edits_between(const Document& from, const Document& to) {
  std::set<std::string> keys;
  for (const Document* document : {&from, &to}) {
    for (const auto& entry : *document) keys.insert(entry.first);
  }
  std::vector<FieldEdit> edits;
  for (const std::string& key : keys) {
    const Values values = values_in(to, key);
    if (values == values_in(from, key)) continue;
    if (values.empty()) edits.push_back({FieldEdit::Kind::set, key, {}});
    for (const std::string& value : values) edits.push_back({FieldEdit::Kind::set, key, value});
  }
  return edits;
}

}  // namespace upkeep::patch
